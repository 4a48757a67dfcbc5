namespace Hpc.Storage.Vfs.Bandwidth;

/// <summary>Limits of speed of a session; null where there is none.</summary>
/// <param name="Upload">Of what is written.</param>
/// <param name="Download">Of what is read.</param>
public sealed record FileBandwidth(IBandwidth? Upload, IBandwidth? Download);
