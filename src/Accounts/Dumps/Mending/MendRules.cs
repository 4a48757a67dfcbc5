using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>
/// What is done about parts of objects that other servers accept and this one does not. Whatever is done, nobody has more rights afterwards: where a restriction
/// goes, its user is disabled, and a group is left out. The first rule that holds an error's place is the one; what no rule holds leaves the object out.
/// </summary>
internal static class MendRules
{
    private const string Left = "left out";
    private const string Nearest = "the nearest allowed number is taken";
    private const string Unlimited = "taken for no limit";
    private const string Cleaned = "control characters and what is too long are left out";
    private const int MaxDays = FilterRules.MaxDays;

    private static readonly string[] Backends = ["osconfig", "s3config", "gcsconfig", "azblobconfig", "cryptconfig", "sftpconfig"];

    private static readonly string[] BackendSizes =
    [
        "upload_part_size", "download_part_size", "upload_concurrency", "download_concurrency", "upload_part_max_time", "download_part_max_time",
        "read_buffer_size", "write_buffer_size", "buffer_size", "access_tier",
    ];

    private static readonly MendRule[] Users =
    [
        Fix("status", "taken for 0 (disabled)", MendFixes.Number(0)),
        Fix("expiration_date", "the last date that can be said is taken", MendFixes.TooLate),
        Drop("expiration_date", MendEffect.Disable),
        Fix("uid", "taken for 0 (unchanged)", MendFixes.Number(0)),
        Fix("gid", "taken for 0 (unchanged)", MendFixes.Number(0)),
        Drop("email"),
        Fix("description", Cleaned, MendFixes.Text(TextRules.MaxDescription)),
        Fix("additional_info", Cleaned, MendFixes.Text(TextRules.MaxLongText)),
        Drop("public_keys[*]"),
        Fix("public_keys", "the first are taken", MendFixes.First(UserAccountValidator.MaxPublicKeys)),
        Drop("password", MendEffect.Disable),
        Drop("groups[*]", MendEffect.Disable),
        Fix("groups", "the first primary group is taken", MendFixes.OnePrimaryGroup, MendEffect.Disable),
        Drop("filters.tls_certs[*]"),
        Fix("filters.tls_certs", "the first are taken", MendFixes.First(KeyRules.MaxCertificates)),
        Drop("filters.additional_emails"),
        Drop("filters.totp_config", MendEffect.Disable),
        Drop("filters.recovery_codes"),
        .. Settings(""),
        .. Mounts(),
    ];

    private static readonly MendRule[] Groups =
    [
        Fix("description", Cleaned, MendFixes.Text(TextRules.MaxDescription)),
        Fix("user_settings.expires_in", Nearest, MendFixes.Clamp(0, MaxDays)),
        .. Settings("user_settings."),
        .. Mounts(),
    ];

    private static readonly MendRule[] Folders =
    [
        Fix("description", Cleaned, MendFixes.Text(TextRules.MaxDescription)),
        Fix("mapped_path", "taken without '.' and '..'", MendFixes.ServerPath),
        .. Backend(""),
    ];

    private static readonly MendRule[] Admins =
    [
        Fix("status", "taken for 0 (disabled)", MendFixes.Number(0)),
        Drop("email"),
        Fix("description", Cleaned, MendFixes.Text(TextRules.MaxDescription)),
        Fix("additional_info", Cleaned, MendFixes.Text(TextRules.MaxLongText)),
        Drop("permissions[*]"),
        Fix("permissions", "what an administrator with a role cannot have is left out", MendFixes.PermissionsOfRole),
        Drop("password", MendEffect.Disable),
        Drop("groups[*]", MendEffect.Disable),
        Drop("groups", MendEffect.Disable),
        Drop("filters.allow_list", MendEffect.Disable),
        Drop("filters.totp_config", MendEffect.Disable),
        Drop("filters.recovery_codes"),
        Drop("filters.preferences"),
    ];

    // A share that has lost a restriction would be open to others.
    private static readonly MendRule[] Shares =
    [
        Fix("description", Cleaned, MendFixes.Text(TextRules.MaxDescription)),
        Fix("expires_at", "the last date that can be said is taken", MendFixes.TooLate),
        Drop("paths[*]"),
    ];

    private static readonly MendRule[] Others = [Fix("description", Cleaned, MendFixes.Text(TextRules.MaxDescription))];

    // Without an entry that refuses addresses these would be let in.
    private static readonly MendRule[] IpLists = [.. Others, new(JsonPlace.Parse(""), MendEffect.Refuse, "", null)];

    /// <summary>The rules that hold a place, the first to be tried first.</summary>
    public static IEnumerable<MendRule> Find(ObjectKind kind, JsonPlace place) => Of(kind).Where(rule => rule.Place.Holds(place));

    private static MendRule[] Of(ObjectKind kind) => kind switch
    {
        ObjectKind.User => Users,
        ObjectKind.Group => Groups,
        ObjectKind.Folder => Folders,
        ObjectKind.Admin => Admins,
        ObjectKind.Share => Shares,
        ObjectKind.IpListEntry => IpLists,
        _ => Others,
    };

    private static MendRule[] Settings(string path) =>
    [
        .. Fixes(path, Unlimited, MendFixes.Clamp(0, long.MaxValue), "max_sessions", "quota_size", "quota_files"),
        .. Fixes(path, Nearest, MendFixes.Clamp(0, LimitRules.MaxKilobytes), "upload_bandwidth", "download_bandwidth"),
        .. Fixes(path, Nearest, MendFixes.Clamp(0, LimitRules.MaxMegabytes), "upload_data_transfer", "download_data_transfer", "total_data_transfer"),
        Fix(path + "home_dir", "taken without '.' and '..'", MendFixes.ServerPath),
        .. Filters(path + "filters."),
        .. Backend(path),
    ];

    private static MendRule[] Filters(string path) =>
    [
        .. Drops(path, MendEffect.Disable, "allowed_ip[*]", "allowed_ip", "denied_ip[*]", "denied_ip"),
        .. Drops(path, MendEffect.Disable, "denied_login_methods[*]", "denied_login_methods", "denied_protocols[*]", "denied_protocols"),
        .. Drops(path, MendEffect.Disable, "two_factor_protocols[*]", "two_factor_protocols", "web_client[*]", "web_client"),
        .. Drops(path, MendEffect.Disable, "file_patterns[*].allowed_patterns[*]", "file_patterns[*].denied_patterns[*]"),
        .. Drops(path, MendEffect.Disable, "file_patterns[*].allowed_patterns", "file_patterns[*].denied_patterns"),
        Drop(path + "file_patterns[*].path", MendEffect.Disable) with { Target = JsonPlace.Parse(path + "file_patterns[*]") },
        Fix(path + "file_patterns[*].deny_policy", "taken for 1 (hide)", MendFixes.Number(1)),
        Drop(path + "file_patterns[*]"),
        Drop(path + "file_patterns", MendEffect.Disable),
        .. Fixes(path, Nearest, MendFixes.Clamp(0, LimitRules.MaxKilobytes), "bandwidth_limits[*].upload_bandwidth", "bandwidth_limits[*].download_bandwidth"),
        .. Fixes(
            path, Nearest, MendFixes.Clamp(0, LimitRules.MaxMegabytes),
            "data_transfer_limits[*].upload_data_transfer", "data_transfer_limits[*].download_data_transfer", "data_transfer_limits[*].total_data_transfer"),
        .. Drops(path, MendEffect.Disable, "bandwidth_limits[*]", "bandwidth_limits", "data_transfer_limits[*]", "data_transfer_limits", "access_time[*]", "access_time"),
        Fix(path + "start_directory", "taken as a path below '/'", MendFixes.VirtualPath),
        .. Drops(path, MendEffect.None, "tls_username", "user_type"),
        Fix(path + "ftp_security", "taken for 1 (TLS is asked for)", MendFixes.Number(1)),
        .. Fixes(path, Unlimited, MendFixes.Clamp(0, long.MaxValue), "max_upload_file_size"),
        .. Fixes(path, Nearest, MendFixes.Clamp(0, FilterRules.MaxCacheTime), "external_auth_cache_time"),
        Drop(path + "default_shares_expiration"),
        .. Fixes(path, Nearest, MendFixes.Clamp(0, MaxDays), "max_shares_expiration", "password_expiration"),
        .. Fixes(path, Nearest, MendFixes.Clamp(0, 256), "password_strength", "password_policy.length"),
        .. Fixes(path, Nearest, MendFixes.Clamp(0, 64), "password_policy.uppers", "password_policy.lowers", "password_policy.digits", "password_policy.specials"),
    ];

    // Sizes and numbers of connections only: what says where files are, or whom the server trusts, is never guessed.
    private static IEnumerable<MendRule> Backend(string path) =>
        from config in Backends
        from field in BackendSizes
        select new MendRule(JsonPlace.Parse($"{path}filesystem.{config}.{field}"), MendEffect.None, "the usual value is taken", null);

    // What a mount that goes has covered would be seen.
    private static MendRule[] Mounts() =>
    [
        Fix("virtual_folders[*].quota_size", "counted in the user's quota", MendFixes.InUserQuota) with { Target = JsonPlace.Parse("virtual_folders[*]") },
        Fix("virtual_folders[*].quota_files", "counted in the user's quota", MendFixes.InUserQuota) with { Target = JsonPlace.Parse("virtual_folders[*]") },
        Fix("virtual_folders[*].mapped_path", "taken without '.' and '..'", MendFixes.ServerPath),
        Drop("virtual_folders[*]", MendEffect.Disable),
        Fix("virtual_folders", "the first are taken", MendFixes.First(UserAccountValidator.MaxFolders), MendEffect.Disable),
    ];

    private static MendRule Fix(string path, string done, MendFix fix, MendEffect effect = MendEffect.None) => new(JsonPlace.Parse(path), effect, done, fix);

    private static MendRule Drop(string path, MendEffect effect = MendEffect.None) => new(JsonPlace.Parse(path), effect, Left, null);

    private static IEnumerable<MendRule> Fixes(string path, string done, MendFix fix, params string[] fields) => fields.Select(field => Fix(path + field, done, fix));

    private static IEnumerable<MendRule> Drops(string path, MendEffect effect, params string[] fields) => fields.Select(field => Drop(path + field, effect));
}
