using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>Somebody who waits for a reservation.</summary>
internal sealed class UsageWaiter(UsageNeed need, Reply<StorageResult> reply, bool isPatient)
{
    public UsageNeed Need => need;

    public Reply<StorageResult> Reply => reply;

    /// <summary>True if it waits for what other nodes may give back; false if somebody waited for that in vain a moment ago.</summary>
    public bool IsPatient => isPatient;

    /// <summary>Statements that asked for it.</summary>
    public int Asked { get; set; }
}
