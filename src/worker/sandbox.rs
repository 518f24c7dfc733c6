//! What a worker gives up before it reads its first byte: every right but to compute, to read its input and to answer.
//!
//! Limits and the filter of system calls must hold; Landlock is asked for and may be missing in the kernel: without it
//! the filter alone forbids to open anything.

use landlock::{Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetStatus};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

/// Address space of a worker, in bytes: its input, what it makes of it, and the program.
const MEMORY_BYTES: u64 = 512 << 20;
/// Its stack, in bytes; less where the system gives less.
const STACK_BYTES: u64 = 8 << 20;
/// Time on a processor for all items of a worker, in seconds; one item is watched by whoever asks.
const CPU_SECONDS: u64 = 3600;

/// System calls of a program that computes: memory, its descriptors, its end, clocks.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_sched_yield,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Gives up all rights; there is no way back. Gives what took them.
pub(super) fn enter() -> anyhow::Result<&'static str> {
    // Where memory runs out, a worker goes first; where that cannot be said, the system chooses.
    std::fs::write("/proc/self/oom_score_adj", "800").ok();
    // Whoever asks may be killed; nobody works for nobody.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::thread::set_no_new_privs(true)?;
    // Refused by kernels without it, and by those that are too old; the filter below holds on all.
    let abi = landlock::ABI::V5;
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(abi))?.create()?.restrict_self());
    let held_back = match ruleset.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => "seccomp, limits, Landlock",
        Ok(RulesetStatus::PartiallyEnforced) => "seccomp, limits, Landlock in part",
        Ok(RulesetStatus::NotEnforced) | Err(_) => "seccomp, limits; the kernel has no Landlock",
    };
    let limits = [
        (Resource::As, MEMORY_BYTES),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Fsize, 0),
        (Resource::Nofile, 8),
        (Resource::Core, 0),
        (Resource::Stack, STACK_BYTES),
    ];
    for (resource, limit) in limits {
        let limit = getrlimit(resource).maximum.map_or(limit, |most| most.min(limit));
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    let filter: BpfProgram = SeccompFilter::new(
        ALLOWED.iter().map(|call| (*call, Vec::new())).collect(),
        SeccompAction::Errno(libc::EPERM as u32),
        SeccompAction::Allow,
        TargetArch::try_from(std::env::consts::ARCH)?,
    )?
    .try_into()?;
    seccompiler::apply_filter(&filter)?;
    Ok(held_back)
}
