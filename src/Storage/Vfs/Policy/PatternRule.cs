namespace Hpc.Storage.Vfs.Policy;

/// <summary>
/// Which names a directory and what is below it may hold, down to the next directory with a rule (R4.10, R4.11):
/// what an allowed pattern matches is accepted, then what a denied one matches is refused, and what is left is accepted if nothing is listed as allowed.
/// </summary>
internal sealed class PatternRule
{
    private readonly Glob[] _allowed;
    private readonly Glob[] _denied;

    public PatternRule(VirtualPath path, Glob[] allowed, Glob[] denied, bool hides)
    {
        Path = path;
        _allowed = allowed;
        _denied = denied;
        Hides = hides;
        View = new DirectoryView(this, []);
    }

    public VirtualPath Path { get; }

    /// <summary>True if a refused name does not exist for the user (deny policy 1), false if it is seen (0).</summary>
    public bool Hides { get; }

    /// <summary>What is shown of directories that the rule governs and that hold no mount points.</summary>
    public DirectoryView View { get; }

    public bool Refuses(ReadOnlySpan<char> name) => Refuses(new Utf16Cursor(name));

    public bool Refuses(ReadOnlySpan<byte> name) => Refuses(new Utf8Cursor(name));

    private static bool MatchesAny<TCursor>(Glob[] patterns, TCursor name)
        where TCursor : struct, INameCursor, allows ref struct
    {
        foreach (Glob pattern in patterns)
        {
            if (pattern.Matches(name))
            {
                return true;
            }
        }

        return false;
    }

    private bool Refuses<TCursor>(TCursor name)
        where TCursor : struct, INameCursor, allows ref struct =>
        !MatchesAny(_allowed, name) && (_allowed.Length > 0 || MatchesAny(_denied, name));
}
