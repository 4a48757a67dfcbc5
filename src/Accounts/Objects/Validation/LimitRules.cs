namespace Hpc.Accounts.Objects.Validation;

/// <summary>Numbers of users and groups.</summary>
internal static class LimitRules
{
    // In bytes they still fit 64 bits.
    public const long MaxMegabytes = long.MaxValue >> 20;
    public const long MaxKilobytes = long.MaxValue >> 10;

    public static void Quotas(string path, int sessions, long size, long files, ErrorList errors)
    {
        errors.NotNegative(path + "max_sessions", sessions);
        errors.NotNegative(path + "quota_size", size);
        errors.NotNegative(path + "quota_files", files);
    }

    public static void Bandwidth(string path, long upload, long download, ErrorList errors)
    {
        errors.Range(path + "upload_bandwidth", upload, 0, MaxKilobytes);
        errors.Range(path + "download_bandwidth", download, 0, MaxKilobytes);
    }

    public static void TotalBandwidth(long upload, long download, ErrorList errors)
    {
        errors.Range("total_upload_bandwidth", upload, 0, MaxKilobytes);
        errors.Range("total_download_bandwidth", download, 0, MaxKilobytes);
    }

    public static void Transfer(string path, long upload, long download, long total, ErrorList errors)
    {
        errors.Range(path + "upload_data_transfer", upload, 0, MaxMegabytes);
        errors.Range(path + "download_data_transfer", download, 0, MaxMegabytes);
        errors.Range(path + "total_data_transfer", total, 0, MaxMegabytes);
    }
}
