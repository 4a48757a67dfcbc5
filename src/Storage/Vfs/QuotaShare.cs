using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs;

/// <summary>A count that the files of a mount are in, and its limits for this user.</summary>
/// <param name="Ledger">The count.</param>
/// <param name="MaxBytes">Most bytes in all; 0 is no limit.</param>
/// <param name="MaxFiles">Most files in all; 0 is no limit.</param>
public sealed record QuotaShare(UsageLedger Ledger, long MaxBytes, long MaxFiles);
