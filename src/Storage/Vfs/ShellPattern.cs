using System.Diagnostics.CodeAnalysis;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

/// <summary>A shell pattern for one name: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c>, and a backslash before a character that stands for itself. Case counts.</summary>
public sealed class ShellPattern
{
    private readonly Glob _glob;

    private ShellPattern(Glob glob) => _glob = glob;

    /// <summary>Reads a pattern of 1 to 255 bytes without a slash.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ShellPattern? pattern)
    {
        pattern = GlobParser.TryParse(text, ignoreCase: false, out Glob? glob, out _) && glob is not null ? new ShellPattern(glob) : null;
        return pattern is not null;
    }

    /// <summary>True if it stands for the whole name.</summary>
    public bool Matches(string name) => _glob.Matches(name);
}
