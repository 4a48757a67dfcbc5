using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

internal abstract record UsageMessage : Message
{
    /// <summary>Somebody waits for a reservation, or with <paramref name="ChangesFiles"/> for the note that files are being changed.</summary>
    public sealed record Reserve(UsageEntry Entry, UsageNeed Need, bool ChangesFiles, Reply<StorageResult> Reply) : UsageMessage, IAsk
    {
        Reply IAsk.Reply => Reply;
    }

    /// <summary>What the store is told of a scope apart from statements, once the one before it has settled what was consumed until then.</summary>
    public abstract record Change(UsageEntry Entry, Reply<bool> Reply) : UsageMessage, IAsk
    {
        Reply IAsk.Reply => Reply;
    }

    /// <summary>A count of the files ended; <paramref name="IsRecovery"/> ends what a crash left, too.</summary>
    public sealed record Correct(UsageEntry Entry, UsageCorrection Correction, bool IsRecovery, Reply<bool> Reply) : Change(Entry, Reply);

    /// <summary>An operator or a dump says what is in use. A failure of the store is the answer.</summary>
    public sealed record Adjust(UsageEntry Entry, UsageAdjustment Adjustment, Reply<bool> Reply) : Change(Entry, Reply)
    {
        // Written by the actor, read by whoever gave up waiting.
        private volatile bool _isBegun;

        /// <summary>True once the store was told, whatever it answers.</summary>
        public bool IsBegun => _isBegun;

        public void Begin() => _isBegun = true;
    }

    /// <summary>The store knows something new of a scope; it is asked at the next tick.</summary>
    public sealed record Refresh(UsageEntry Entry) : UsageMessage;

    /// <summary>A second is over.</summary>
    public sealed record Tick : UsageMessage;

    /// <summary>The store answered a statement.</summary>
    public sealed record Settled(UsageStatement Statement, IReadOnlyList<UsageAnswer> Answers) : UsageMessage;

    /// <summary>The store did not answer a statement; nobody knows whether it was taken.</summary>
    public sealed record NotSettled(UsageStatement Statement, Exception Error) : UsageMessage;

    /// <summary>The store took a change, or <paramref name="Error"/> says why not.</summary>
    public sealed record Changed(Change Request, Exception? Error) : UsageMessage;

    /// <summary>Everything is to be settled and given back; <paramref name="StillOpen"/> keep their note that files are being changed.</summary>
    public sealed record Finish(IReadOnlySet<string> StillOpen, Reply<bool> Reply) : UsageMessage, IAsk
    {
        Reply IAsk.Reply => Reply;
    }
}
