namespace Hpc.FtpProtocol.Commands;

/// <summary>All commands by name, with what holds for each and its line in FEAT. Made once for a listener, from its options.</summary>
internal sealed partial class FtpCommandTable
{
    private readonly Dictionary<string, CommandEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _features = [];

    /// <param name="options">Leave out what is off.</param>
    /// <param name="hasTls">True if there are certificates.</param>
    public FtpCommandTable(FtpServerOptions options, bool hasTls)
    {
        AddControl(options, hasTls);
        AddSecurity(options, hasTls);
        AddData(options);
        AddTransfers(options);
        AddFiles(options);
        AddListings(options);
        AddHashes(options);
        AddSite(options);
    }

    /// <summary>Lines of FEAT (RFC 2389), in their order.</summary>
    public IReadOnlyList<string> Features => _features;

    /// <summary>Names of all commands, for HELP.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Finds a command; its name is 3 or 4 letters, and more for some.</summary>
    public bool TryFind(string name, out CommandEntry entry) => _entries.TryGetValue(name, out entry);

    private void Add(string name, FtpCommand command, CommandTraits traits, string? feature = null)
    {
        _entries.Add(name, new CommandEntry(name, command, traits));
        if (feature is not null && !_features.Contains(feature))
        {
            _features.Add(feature);
        }
    }

    private partial void AddControl(FtpServerOptions options, bool hasTls);

    private partial void AddSecurity(FtpServerOptions options, bool hasTls);

    private partial void AddData(FtpServerOptions options);

    private partial void AddTransfers(FtpServerOptions options);

    private partial void AddFiles(FtpServerOptions options);

    private partial void AddListings(FtpServerOptions options);

    private partial void AddHashes(FtpServerOptions options);

    private partial void AddSite(FtpServerOptions options);
}

/// <summary>A row of the table.</summary>
/// <param name="Name">As it is announced.</param>
/// <param name="Command">What runs.</param>
/// <param name="Traits">What holds before it runs.</param>
internal readonly record struct CommandEntry(string Name, FtpCommand Command, CommandTraits Traits);
