//! The platform put together: every route with every role, and a whole invented village on both databases.

mod crash;
mod layers;
mod routes;
mod village;
