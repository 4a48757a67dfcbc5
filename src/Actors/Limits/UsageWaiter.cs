using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>Somebody who waits for a reservation.</summary>
internal sealed class UsageWaiter(UsageNeed need, Reply<StorageResult> reply)
{
    public UsageNeed Need => need;

    public Reply<StorageResult> Reply => reply;

    /// <summary>Statements that asked for it.</summary>
    public int Asked { get; set; }
}
