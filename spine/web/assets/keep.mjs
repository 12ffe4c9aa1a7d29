// The Tabler classes a template may use. Whole families, so that a page author can rely on them;
// utilities only as far as listed. `npm run classes` names classes in templates that exist nowhere.
export const families = [
  // components
  /^btn($|-primary$|-outline-primary$|-outline-danger$|-danger$|-link$|-sm$|-list$)/,
  /^card($|-header$|-title$|-subtitle$|-body$|-footer$|-actions$)/,
  /^form-(control|select|label|check|check-input|check-label|check-inline|control-sm|select-sm)$/,
  /^(input-group|input-group-text|required|visually-hidden)$/,
  /^(list-unstyled|list-inline|list-inline-item)$/,
  // layout and the few utilities
  /^(row|row-cards|row-deck|col|col-auto)$/,
  /^col-(md-|lg-)?(3|4|6|8|9|12)$/,
  /^g-[23]$/,
  /^d-(none|block|inline|inline-block|flex|grid)$/,
  /^(flex-wrap|flex-column|flex-fill|justify-content-(between|center|end)|align-items-(center|start|end|baseline)|gap-[123])$/,
  /^m[tbsey]?-(0|1|2|3|4|auto)$/,
  /^p[xytb]?-(0|1|2|3)$/,
  /^text-(start|center|end|nowrap|truncate|break|secondary|danger)$/,
  /^(fw-bold|small|w-100|h-100)$/,
];

// Never used here, though the purge would find their words in our templates: we have our own.
export const blocked = [/theme-dark/, /^navbar/, /^dropdown/, /^offcanvas/, /^modal/, /^carousel/, /^accordion/, /^toast/, /^popover/, /^tooltip/, /^placeholder/, /^was-validated/, /^is-valid/, /^is-invalid/, /^btn-check/, /^btn-close/, /^form-floating/, /^form-imagecheck/, /^form-selectgroup/, /^list-group/, /^nav/, /^page-/, /^alert/, /^badge/, /^empty/, /^progress/, /^step/, /^timeline/, /^tag/, /^note/, /^table/, /^switch-icon/, /^ribbon/, /^avatar/, /^status/, /^legend/, /^icon$/, /^spinner/, /^btn-link$/, /^footer$/, /^subheader/];
