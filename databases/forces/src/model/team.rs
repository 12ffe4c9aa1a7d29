//! Teams and units that help or watch a village or a project.

use records::flow::Code;

records::codes! {
    /// What a team is, and so what kind of pairing it makes.
    pub enum TeamKind {
        Resident = "resident" "驻村工作队",
        CountyTown = "county_town" "县乡联动帮扶组",
        Project = "project" "项目帮扶组",
        Unit = "unit" "帮扶单位",
        CityTeam = "city_team" "省市驻县帮扶工作队",
        Enterprise = "enterprise" "结对企业",
        TownSupervision = "town_supervision" "乡镇监管小组",
        VillagerReps = "villager_reps" "村民代表监管组",
        Observers = "observers" "义务监督员小组",
    }
}

records::codes! {
    /// What a team is paired with.
    pub enum TargetKind {
        Village = "village" "村",
        Project = "project" "项目",
    }
}

records::codes! {
    /// A member's part in a team.
    pub enum Part {
        Leader = "leader" "队长（组长）",
        FirstSecretary = "first_secretary" "第一书记",
        Member = "member" "队员",
    }
}

impl TeamKind {
    pub fn target(self) -> TargetKind {
        match self {
            TeamKind::Project => TargetKind::Project,
            _ => TargetKind::Village,
        }
    }

    /// How the pairing is called.
    pub fn pairing_title(self) -> &'static str {
        match self {
            TeamKind::Resident => "驻村帮扶",
            TeamKind::CountyTown => "一村一组",
            TeamKind::Project => "一项目一组",
            TeamKind::Unit | TeamKind::CityTeam => "部门包村",
            TeamKind::Enterprise => "村企结对",
            TeamKind::TownSupervision => "分片包村监管",
            TeamKind::VillagerReps => "村民代表日常监管",
            TeamKind::Observers => "义务监督",
        }
    }

    /// Whether its members have to be present in the village, day by day.
    pub fn is_present(self) -> bool {
        matches!(self, TeamKind::Resident)
    }

    /// Fewest and most members; `None` where nothing is prescribed.
    pub fn size(self) -> Option<(usize, usize)> {
        match self {
            TeamKind::VillagerReps => Some((3, 5)),
            _ => None,
        }
    }

    /// What is wrong with a number of members.
    pub fn size_problem(self, members: usize) -> Option<String> {
        let (least, most) = self.size()?;
        (!(least..=most).contains(&members))
            .then(|| format!("{}应为 {least} 至 {most} 人，现有 {members} 人。", self.title()))
    }

    /// Whether a village is watched by at most one team of this kind; units and enterprises may be several.
    pub fn one_for_each_target(self) -> bool {
        !matches!(
            self,
            TeamKind::Unit | TeamKind::CityTeam | TeamKind::Enterprise | TeamKind::Observers
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn villager_representatives_are_three_to_five() {
        assert!(TeamKind::VillagerReps.size_problem(2).is_some());
        assert_eq!(TeamKind::VillagerReps.size_problem(3), None);
        assert_eq!(TeamKind::VillagerReps.size_problem(5), None);
        assert!(TeamKind::VillagerReps.size_problem(6).is_some());
        assert_eq!(TeamKind::Resident.size_problem(1), None);
    }
}
