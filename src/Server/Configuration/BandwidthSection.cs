namespace Hpc.Server.Configuration;

/// <summary>Limits of the node in KiB/s; 0 is none.</summary>
internal sealed class BandwidthSection
{
    public int UploadBandwidth { get; set; }

    public int DownloadBandwidth { get; set; }
}
