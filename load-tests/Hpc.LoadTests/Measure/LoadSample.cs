namespace Hpc.LoadTests.Measure;

/// <summary>What happened in about a second (more in a long run: see <see cref="SampleSeries"/>).</summary>
/// <param name="Start">Since the recorder began.</param>
/// <param name="Duration">How long it took in truth; rates are figures through this.</param>
/// <param name="Sessions">Open at the end.</param>
/// <param name="Logins">That succeeded.</param>
/// <param name="Operations">That ended, logins included, whatever their outcome.</param>
/// <param name="Errors">Operations that did not succeed.</param>
/// <param name="UploadedBytes">Content of files, without protocol.</param>
/// <param name="DownloadedBytes">Content of files, without protocol.</param>
internal readonly record struct LoadSample(
    TimeSpan Start,
    TimeSpan Duration,
    int Sessions,
    long Logins,
    long Operations,
    long Errors,
    long UploadedBytes,
    long DownloadedBytes)
{
    /// <summary>This and the sample that follows it as one.</summary>
    public LoadSample Join(LoadSample next) => new(
        Start,
        Duration + next.Duration,
        next.Sessions,
        Logins + next.Logins,
        Operations + next.Operations,
        Errors + next.Errors,
        UploadedBytes + next.UploadedBytes,
        DownloadedBytes + next.DownloadedBytes);
}
