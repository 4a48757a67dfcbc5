using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

/// <summary>Which names there may be where (spec rows R4.10 to R4.13). Immutable, so that one instance serves all sessions of a user.</summary>
public sealed class PatternSet
{
    /// <summary>Most rules.</summary>
    public const int MaxRules = 1024;

    /// <summary>Most patterns of a rule.</summary>
    public const int MaxPatterns = 1024;

    private PatternSet(IReadOnlyList<PatternRule> rules) => Rules = rules;

    /// <summary>Every name is allowed.</summary>
    public static PatternSet Empty { get; } = new([]);

    internal IReadOnlyList<PatternRule> Rules { get; }

    /// <summary>
    /// Reads rules as configuration has them; a rule holds for the names in its directory and in all below it, as far as no deeper rule does.
    /// Patterns are shell patterns for one name, without regard to case (invariant upper and lower case of single characters, also outside ASCII).
    /// On failure <paramref name="error"/> names the path or pattern and says what is allowed.
    /// </summary>
    public static bool TryCreate(
        IEnumerable<(string Path, IReadOnlyList<string> Allowed, IReadOnlyList<string> Denied, bool Hides)> rules, out PatternSet set, out string error)
    {
        set = Empty;
        var read = new List<PatternRule>();
        var paths = new HashSet<VirtualPath>();
        foreach ((string path, IReadOnlyList<string> allowed, IReadOnlyList<string> denied, bool hides) in rules)
        {
            if (read.Count == MaxRules)
            {
                error = $"There are more than {MaxRules} pattern rules.";
                return false;
            }

            if (!PolicyPath.TryParse(path, out VirtualPath directory, out error))
            {
                return false;
            }

            if (!paths.Add(directory))
            {
                error = $"'{directory}' has two pattern rules; allowed is one for each directory.";
                return false;
            }

            if (allowed.Count + denied.Count is 0 or > MaxPatterns)
            {
                error = $"The pattern rule of '{directory}' has {allowed.Count + denied.Count} patterns; allowed are 1 to {MaxPatterns}, and '*' alone allows every name.";
                return false;
            }

            if (!TryParse(directory, allowed, out Glob[] accepted, out error) || !TryParse(directory, denied, out Glob[] refused, out error))
            {
                return false;
            }

            read.Add(new PatternRule(directory, accepted, refused, hides));
        }

        set = new PatternSet(read);
        error = "";
        return true;
    }

    private static bool TryParse(VirtualPath directory, IReadOnlyList<string> patterns, out Glob[] globs, out string error)
    {
        globs = new Glob[patterns.Count];
        error = "";
        for (int i = 0; i < globs.Length; i++)
        {
            if (!GlobParser.TryParse(patterns[i], ignoreCase: true, out Glob? glob, out string fault))
            {
                error = $"The pattern '{PolicyPath.Shorten(patterns[i])}' of '{directory}' is wrong, {fault}; {GlobParser.Syntax}.";
                return false;
            }

            globs[i] = glob!;
        }

        return true;
    }
}
