using System.Buffers;
using Hpc.Accounts.Groups;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Names of objects by the configured naming rules (R9.15).</summary>
internal sealed class NameRules(NamingRules rules)
{
    private static readonly SearchValues<char> PlainLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~");

    private string Allowed => rules.HasFlag(NamingRules.AllCharacters)
        ? UserNameRules.Allowed + ", without '\\' and without '%username%' and '%role%'"
        : "1 to 255 of the characters a-z, A-Z, 0-9, '-', '_', '.' and '~', and neither '.' nor '..'";

    /// <summary>The name as it is stored and looked up.</summary>
    public string Normalise(string name)
    {
        string value = rules.HasFlag(NamingRules.Trim) ? name.Trim() : name;
        return rules.HasFlag(NamingRules.LowerCase) ? value.ToLowerInvariant() : value;
    }

    public void Check(string path, string? name, ErrorList errors)
    {
        if (!IsValid(name))
        {
            errors.AddShown(path, name, Allowed);
        }
    }

    // A name is put in the place of placeholders of paths; one that is a placeholder itself would be replaced by another's.
    public bool IsValid(string? name) =>
        UserNameRules.IsValid(name)
        && !name!.Contains('\\', StringComparison.Ordinal)
        && !Placeholders.AreIn(name)
        && (rules.HasFlag(NamingRules.AllCharacters) || !name.AsSpan().ContainsAnyExcept(PlainLetters));
}
