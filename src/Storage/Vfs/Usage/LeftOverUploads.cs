namespace Hpc.Storage.Vfs.Usage;

/// <summary>Has a <see cref="TreeScan"/> deal with temporaries that a dead server left.</summary>
/// <param name="Mode">How uploads are made now; it decides what becomes of them.</param>
/// <param name="CurrentEpoch">The running server's epoch, whose temporaries are in use.</param>
/// <param name="DeadEpochs">Earlier runs of this server: theirs are dealt with. Those of anybody else stay, because another server may be at the same files.</param>
public sealed record LeftOverUploads(UploadMode Mode, string CurrentEpoch, IReadOnlySet<string> DeadEpochs);
