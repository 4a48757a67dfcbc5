namespace Hpc.Storage.Vfs.Uploads;

/// <summary>What something that is moved takes where it goes, and frees where it was.</summary>
internal readonly record struct TreeShare(long Bytes, long Files);
