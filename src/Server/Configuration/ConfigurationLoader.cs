using System.Globalization;
using System.Text.RegularExpressions;

namespace Hpc.Server.Configuration;

/// <summary>Joins the sources, later ones winning, and refuses everything that <see cref="ConfigurationTable"/> does not allow.</summary>
internal static partial class ConfigurationLoader
{
    /// <summary>Read from the working directory when no other file is named.</summary>
    public const string DefaultFile = "hpc.json";

    private const int MaxListeners = 64;

    /// <summary>Binds the entries of all sources in order (file, environment, flags).</summary>
    /// <exception cref="ConfigurationException">Something is unknown or not allowed; all faults are named at once.</exception>
    public static HpcOptions Bind(params IReadOnlyList<ConfigurationEntry>[] sources)
    {
        var options = new HpcOptions();
        var faults = new List<string>();
        foreach (IReadOnlyList<ConfigurationEntry> source in sources)
        {
            foreach (ConfigurationEntry entry in source)
            {
                Apply(options, entry, faults);
            }
        }

        CheckTogether(options, faults);
        return faults.Count == 0 ? options : throw new ConfigurationException(faults);
    }

    private static void Apply(HpcOptions options, ConfigurationEntry entry, List<string> faults)
    {
        string path = Position().Replace(entry.Path, "[]");
        ConfigurationKey? key = ConfigurationTable.Find(path);
        if (entry.Kind == EntryKind.EmptyArray && ListenerLists.Find(path) is { } emptied)
        {
            // An empty list in a later source takes back what an earlier one listed.
            emptied.Clear(options);
            return;
        }

        if (key is null)
        {
            if (!IsHarmlessSection(entry, path))
            {
                faults.Add(Unknown(entry, path));
            }

            return;
        }

        int index = 0;
        if (key.IsInList && !TryMakeRoom(options, entry, out index))
        {
            faults.Add($"{entry.Path}: {entry.Origin} leaves a gap in the list or passes {MaxListeners} entries; positions count from 0.");
            return;
        }

        if (!key.TryApply(options, index, entry))
        {
            faults.Add($"{entry.Path}: found {(key.IsSecret ? "a value that is not shown" : entry.Shown)} ({entry.Origin}), allowed: {key.Allowed}.{(key.IsSecret ? "" : OldValues.HintFor(path, entry.Text))}");
        }
    }

    private static bool IsHarmlessSection(ConfigurationEntry entry, string path) =>
        entry.Kind is EntryKind.EmptyObject or EntryKind.EmptyArray && ConfigurationTable.IsSection(path);

    private static string Unknown(ConfigurationEntry entry, string path)
    {
        if (ConfigurationTable.IsSection(path))
        {
            return $"{entry.Path}: found {entry.Shown} ({entry.Origin}), allowed: a section with the keys "
                + string.Join(", ", ConfigurationTable.All.Where(k => k.Path.StartsWith(path, StringComparison.Ordinal)).Select(k => k.Path)) + ".";
        }

        if (OldNames.Find(path) is { } ours)
        {
            return $"{entry.Path}: a key of SFTPGo ({entry.Origin}); here it is {ours}, see 'hpc config keys'.";
        }

        string? nearest = ConfigurationTable.Nearest(path);
        return $"{entry.Path}: unknown key ({entry.Origin})" + (nearest is null ? "; 'hpc config keys' lists what there is." : $"; did you mean {nearest}?");
    }

    private static bool TryMakeRoom(HpcOptions options, ConfigurationEntry entry, out int index)
    {
        Match match = Position().Match(entry.Path);
        ListenerList list = ListenerLists.Find(entry.Path[..match.Index])!;
        if (!int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out index) || index > list.Count(options) || index >= MaxListeners)
        {
            return false;
        }

        if (index == list.Count(options))
        {
            list.Add(options);
        }

        return true;
    }

    private static void CheckTogether(HpcOptions options, List<string> faults)
    {
        LimitsSection limits = options.Ssh.Limits;
        if (limits.MaxStartupsFull < limits.MaxStartupsStart)
        {
            faults.Add($"ssh.limits.max_startups_full: found {limits.MaxStartupsFull}, allowed: at least ssh.limits.max_startups_start ({limits.MaxStartupsStart}).");
        }

        if (options.Ssh.Banner.Length > 0 && options.Ssh.BannerFile.Length > 0)
        {
            faults.Add("ssh.banner_file: found together with ssh.banner, allowed: one of the two.");
        }

        if (options.DataDirectory.Length == 0)
        {
            faults.Add("data_dir: found \"\", allowed: a directory.");
        }

        ProxyProtocolKeys.Check(options.ProxyProtocol, faults);
        FtpCheck.Run(options.Ftp, faults);
        HttpCheck.Run(options.Http, faults);
        CheckDataProvider(options.DataProvider, faults);
        DefenderKeys.Check(options, faults);
        ClusterKeys.Check(options, faults);
        for (int i = 0; i < options.Ssh.Listeners.Count; i++)
        {
            if (options.Ssh.Listeners[i].Address is null)
            {
                faults.Add($"ssh.listeners[{i}].address: is missing; a listener needs one.");
            }
        }
    }

    private static void CheckDataProvider(DataProviderSection provider, List<string> faults)
    {
        bool isServer = provider.Driver is DataProviderDriver.Postgresql or DataProviderDriver.Cockroachdb or DataProviderDriver.Mysql;
        if (isServer && provider.Host.Length == 0 && provider.ConnectionString.Length == 0)
        {
            faults.Add($"data_provider.host: found \"\", allowed: the host of the database server, because data_provider.driver is {ChoiceText.Of(provider.Driver)}.");
        }

        if (provider.Password.Length > 0 && provider.PasswordFile.Length > 0)
        {
            faults.Add("data_provider.password_file: found together with data_provider.password, allowed: one of the two.");
        }

        if (!provider.TablesPrefix.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))
        {
            faults.Add($"data_provider.sql_tables_prefix: found \"{provider.TablesPrefix}\", allowed: a-z, 0-9 and _.");
        }

        if (provider.UsersBaseDirectory.Length > 0 && !Path.IsPathFullyQualified(provider.UsersBaseDirectory))
        {
            faults.Add($"data_provider.users_base_dir: found \"{provider.UsersBaseDirectory}\", allowed: an absolute directory, or \"\".");
        }
    }

    [GeneratedRegex(@"\[([0-9]+)\]", RegexOptions.CultureInvariant)]
    private static partial Regex Position();
}
