using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs;

/// <summary>How much a user may still move (R5.4).</summary>
/// <param name="Ledger">What was moved since the last reset.</param>
/// <param name="MaxUpload">Most bytes uploaded; 0 is no limit.</param>
/// <param name="MaxDownload">Most bytes downloaded; 0 is no limit.</param>
/// <param name="MaxTotal">Most bytes both ways together; 0 is no limit.</param>
public sealed record TransferQuota(UsageLedger Ledger, long MaxUpload, long MaxDownload, long MaxTotal);
