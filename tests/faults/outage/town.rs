//! Two agencies whose nodes fail: each in a folder of its own, on a disk of its own where the power is cut.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use keys::Keyring;
use protocol::code::AgencyKind;
use tempfile::TempDir;
use tests::{
    agency::{Agency, PASSPHRASE},
    loop_disk::{LoopDisk, cut_power},
    town::introduce,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Cmo,
    Dt,
}

/// How nodes fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// The file system is shut down without its journal, then the process dies.
    PowerCut,
    /// SIGKILL.
    Kill,
}

/// A promise that was broken.
#[derive(Debug)]
pub struct Loss(pub String);

/// What the node's folder lies on.
enum Ground {
    Disk(LoopDisk),
    Folder(TempDir),
}

impl Ground {
    fn path(&self) -> PathBuf {
        match self {
            Self::Disk(disk) => disk.path(),
            Self::Folder(folder) => folder.path().to_owned(),
        }
    }
}

/// An agency, and what its folder lies on.
pub struct Site {
    pub agency: Agency,
    ground: Ground,
    /// Holds log and passphrase file.
    _aside: TempDir,
}

impl Site {
    /// A power cut right after it was made is survived too.
    fn found(test: &str, outage: Outage, program: &Path, name: &'static str, kind: AgencyKind) -> Option<Self> {
        let mut ground = match outage {
            Outage::PowerCut => Ground::Disk(LoopDisk::mount(test)?),
            Outage::Kill => Ground::Folder(tempfile::tempdir().expect("a folder")),
        };
        let aside = tempfile::tempdir().expect("a folder");
        let agency = Agency::make(&ground.path(), name, kind).aside(aside.path()).run_by(program);
        if let Ground::Disk(disk) = &mut ground {
            assert!(cut_power(&[disk.path()]), "the file system can be shut down");
            disk.mount_checked();
        }
        agency.set(&SETTINGS);
        fs::File::open(agency.folder().config()).and_then(|file| file.sync_all()).expect("the settings are kept");
        Some(Self { agency, ground, _aside: aside })
    }

    /// The power is back. What the keyring's shards say, before the node runs again.
    async fn power(&mut self) -> Vec<u32> {
        self.agency.stop().await;
        if let Ground::Disk(disk) = &mut self.ground {
            disk.mount_checked();
        }
        let keyring = Keyring::unlock(&self.agency.folder().keyring(), PASSPHRASE.as_bytes()).expect("the keyring");
        (0..=u8::MAX).map(|shard| keyring.epoch(shard)).collect()
    }
}

/// Room for what four people do at once, no long waits for a peer that was away, and a small disk.
const SETTINGS: [&str; 6] = [
    "requests_per_s = 10000",
    "unanswered_offers_per_peer = 100000",
    "packets_per_day_per_peer = 1000000",
    "longest_retry_s = 1",
    "free_space_mark_mib = 64",
    "ballast_mib = 16",
];

/// CMO refers, DT receives; both nodes are processes of their own.
pub struct Sites {
    pub cmo: Site,
    pub dt: Site,
    /// The epochs of DT's erasure keys when it started last.
    pub epochs: Vec<u32>,
}

impl Sites {
    /// Both run and know each other. `None`, and the test noted as not run, where the power can't be cut.
    pub async fn found(test: &str, outage: Outage, program: &Path) -> Result<Option<Self>, Loss> {
        let Some(cmo) = Site::found(test, outage, program, "CMO", AgencyKind::Reception) else { return Ok(None) };
        let Some(dt) = Site::found(test, outage, program, "DT", AgencyKind::Shelter) else { return Ok(None) };
        let mut sites = Self { cmo, dt, epochs: vec![1; 256] };
        sites.start(&[Who::Cmo, Who::Dt]).await?;
        introduce(&sites.cmo.agency, &sites.dt.agency).await;
        introduce(&sites.dt.agency, &sites.cmo.agency).await;
        Ok(Some(sites))
    }

    pub const fn of(&self, who: Who) -> &Site {
        match who {
            Who::Cmo => &self.cmo,
            Who::Dt => &self.dt,
        }
    }

    const fn of_mut(&mut self, who: Who) -> &mut Site {
        match who {
            Who::Cmo => &mut self.cmo,
            Who::Dt => &mut self.dt,
        }
    }

    /// The victims' disks are cut off at one moment, if they have disks of their own; `linger` later their processes die.
    pub async fn strike(&self, victims: &[Who], linger: Duration) {
        let victims: Vec<&Site> = victims.iter().map(|who| self.of(*who)).collect();
        let disks = victims.iter().filter(|site| matches!(site.ground, Ground::Disk(_))).map(|site| site.ground.path());
        let disks: Vec<PathBuf> = disks.collect();
        if !disks.is_empty() {
            let cut = tokio::task::spawn_blocking(move || cut_power(&disks)).await.expect("ends");
            assert!(cut, "the file system can be shut down");
            tokio::time::sleep(linger).await;
        }
        for site in victims {
            let process = site.agency.process().to_string();
            let killed = Command::new("kill").args(["-9", &process]).status();
            assert!(killed.is_ok_and(|status| status.success()), "killed");
        }
    }

    /// Power and processes are back. What DT's keyring says at that moment.
    pub async fn recover(&mut self, victims: &[Who]) -> Result<Option<Vec<u32>>, Loss> {
        let mut epochs = None;
        for who in victims {
            let found = self.of_mut(*who).power().await;
            if *who == Who::Dt {
                epochs = Some(found);
            }
        }
        self.start(victims).await?;
        Ok(epochs)
    }

    /// The victims come back, and fail once more while they start.
    pub async fn stumble(&mut self, victims: &[Who], after: Duration) {
        for who in victims {
            let site = self.of_mut(*who);
            site.power().await;
            site.agency.launch(&[]);
        }
        tokio::time::sleep(after).await;
        self.strike(victims, Duration::ZERO).await;
    }

    async fn start(&mut self, who: &[Who]) -> Result<(), Loss> {
        for who in who {
            let agency = &mut self.of_mut(*who).agency;
            agency.launch(&[]);
            agency.answers().await.map_err(Loss)?;
        }
        Ok(())
    }
}
