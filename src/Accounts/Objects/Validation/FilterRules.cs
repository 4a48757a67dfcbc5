using System.Globalization;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>The filters that users and groups have in common (spec/03 §3.1).</summary>
internal static class FilterRules
{
    public const int MaxDays = 36_500;
    public const int MaxCacheTime = 31_536_000;
    private const int MaxLimits = 256;
    private const int MaxPeriods = 256;

    private static readonly IReadOnlyList<string> TlsUserNames = ["", "None", "CommonName"];
    private static readonly IReadOnlyList<string> UserTypes = ["", "LDAPUser", "OSUser"];

    // Over SSH, password-over-SSH is one way of giving a password; a user of whom these are denied cannot get in at all.
    private static readonly IReadOnlyList<string> Ways = [.. LoginMethodNames.All.Where(name => name != LoginMethodNames.PasswordOverSsh)];

    /// <summary>Puts everything into one spelling, in place: <paramref name="filters"/> is a copy that nobody shares yet.</summary>
    public static void Check(string path, IBaseUserFilters filters, ErrorList errors)
    {
        filters.AllowedIp = NetworkRules.List($"{path}.allowed_ip", filters.AllowedIp, errors);
        filters.DeniedIp = NetworkRules.List($"{path}.denied_ip", filters.DeniedIp, errors);
        CheckLogins(path, filters, errors);
        filters.FilePatterns = PatternsRules.Check($"{path}.file_patterns", filters.FilePatterns, errors);
        filters.WebClient = EnumLists.Of($"{path}.web_client", filters.WebClient, WebClientOptions.All, errors);
        filters.BandwidthLimits = CheckBandwidth($"{path}.bandwidth_limits", filters.BandwidthLimits, errors);
        filters.DataTransferLimits = CheckTransfer($"{path}.data_transfer_limits", filters.DataTransferLimits, errors);
        filters.AccessTime = CheckTimes($"{path}.access_time", filters.AccessTime, errors);
        if (filters.StartDirectory.Length > 0)
        {
            string start = PathRules.Virtual($"{path}.start_directory", filters.StartDirectory, errors);
            filters.StartDirectory = start == "/" ? "" : start;
        }

        errors.OneOf($"{path}.tls_username", filters.TlsUsername, TlsUserNames);
        errors.OneOf($"{path}.user_type", filters.UserType, UserTypes);
        errors.OneOf($"{path}.ftp_security", filters.FtpSecurity, [0, 1]);
        errors.NotNegative($"{path}.max_upload_file_size", filters.MaxUploadFileSize);
        errors.Range($"{path}.external_auth_cache_time", filters.ExternalAuthCacheTime, 0, MaxCacheTime);
        CheckDays(path, filters, errors);
        CheckPolicy(path, filters, errors);
    }

    private static void CheckLogins(string path, IBaseUserFilters filters, ErrorList errors)
    {
        filters.DeniedLoginMethods = EnumLists.Of($"{path}.denied_login_methods", filters.DeniedLoginMethods, LoginMethodNames.All, errors);
        if (Ways.All(way => filters.DeniedLoginMethods.Contains(way, StringComparer.Ordinal)))
        {
            errors.Add($"{path}.denied_login_methods", "all methods", "a list that leaves a method");
        }

        filters.DeniedProtocols = EnumLists.Of($"{path}.denied_protocols", filters.DeniedProtocols, ProtocolNames.All, errors);
        if (ProtocolNames.All.All(protocol => filters.DeniedProtocols.Contains(protocol, StringComparer.Ordinal)))
        {
            errors.Add($"{path}.denied_protocols", "all protocols", "a list that leaves a protocol");
        }

        filters.TwoFactorProtocols = EnumLists.Of($"{path}.two_factor_protocols", filters.TwoFactorProtocols, ProtocolNames.WithSecondFactor, errors);
    }

    private static void CheckDays(string path, IBaseUserFilters filters, ErrorList errors)
    {
        errors.Range($"{path}.default_shares_expiration", filters.DefaultSharesExpiration, 0, MaxDays);
        errors.Range($"{path}.max_shares_expiration", filters.MaxSharesExpiration, 0, MaxDays);
        errors.Range($"{path}.password_expiration", filters.PasswordExpiration, 0, MaxDays);
        if (filters.MaxSharesExpiration > 0 && filters.DefaultSharesExpiration > filters.MaxSharesExpiration)
        {
            errors.Add($"{path}.default_shares_expiration", ErrorList.Text(filters.DefaultSharesExpiration), $"at most max_shares_expiration, {filters.MaxSharesExpiration}");
        }
    }

    private static void CheckPolicy(string path, IBaseUserFilters filters, ErrorList errors)
    {
        // More than 256 bits, or longer than a password can be, no password would ever do.
        errors.Range($"{path}.password_strength", filters.PasswordStrength, 0, 256);
        PasswordPolicy policy = filters.PasswordPolicy;
        errors.Range($"{path}.password_policy.length", policy.Length, 0, 256);
        errors.Range($"{path}.password_policy.uppers", policy.Uppers, 0, 64);
        errors.Range($"{path}.password_policy.lowers", policy.Lowers, 0, 64);
        errors.Range($"{path}.password_policy.digits", policy.Digits, 0, 64);
        errors.Range($"{path}.password_policy.specials", policy.Specials, 0, 64);
    }

    private static List<BandwidthLimit> CheckBandwidth(string path, IReadOnlyList<BandwidthLimit?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxLimits))
        {
            return [];
        }

        var limits = new List<BandwidthLimit>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string at = $"{path}[{i}]";
            if (values[i] is not { } limit)
            {
                errors.AddMissing(at, "sources and bandwidths");
                continue;
            }

            errors.Range($"{at}.upload_bandwidth", limit.UploadBandwidth, 0, LimitRules.MaxKilobytes);
            errors.Range($"{at}.download_bandwidth", limit.DownloadBandwidth, 0, LimitRules.MaxKilobytes);
            limits.Add(limit with { Sources = Sources($"{at}.sources", limit.Sources, errors) });
        }

        return limits;
    }

    private static List<DataTransferLimit> CheckTransfer(string path, IReadOnlyList<DataTransferLimit?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxLimits))
        {
            return [];
        }

        var limits = new List<DataTransferLimit>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string at = $"{path}[{i}]";
            if (values[i] is not { } limit)
            {
                errors.AddMissing(at, "sources and limits");
                continue;
            }

            errors.Range($"{at}.upload_data_transfer", limit.UploadDataTransfer, 0, LimitRules.MaxMegabytes);
            errors.Range($"{at}.download_data_transfer", limit.DownloadDataTransfer, 0, LimitRules.MaxMegabytes);
            errors.Range($"{at}.total_data_transfer", limit.TotalDataTransfer, 0, LimitRules.MaxMegabytes);
            limits.Add(limit with { Sources = Sources($"{at}.sources", limit.Sources, errors) });
        }

        return limits;
    }

    private static IReadOnlyList<string> Sources(string path, IReadOnlyList<string> values, ErrorList errors)
    {
        if (values.Count == 0)
        {
            errors.AddMissing(path, "one or more networks");
        }

        return NetworkRules.List(path, values, errors);
    }

    private static List<TimePeriod> CheckTimes(string path, IReadOnlyList<TimePeriod?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxPeriods))
        {
            return [];
        }

        var periods = new List<TimePeriod>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string at = $"{path}[{i}]";
            if (values[i] is not { } period)
            {
                errors.AddMissing(at, "a day and two times");
                continue;
            }

            errors.Range($"{at}.day_of_week", period.DayOfWeek, 0, 6);
            bool isFrom = CheckTime($"{at}.from", period.From, errors);
            if (CheckTime($"{at}.to", period.To, errors) && isFrom && string.CompareOrdinal(period.From, period.To) > 0)
            {
                errors.AddShown($"{at}.to", period.To, $"a time not before {period.From}");
            }

            periods.Add(period);
        }

        return periods;
    }

    private static bool CheckTime(string path, string value, ErrorList errors)
    {
        if (TimeOnly.TryParseExact(value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return true;
        }

        errors.AddShown(path, value, "a time like 09:30, 00:00 to 23:59");
        return false;
    }
}
