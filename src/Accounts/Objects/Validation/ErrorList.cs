using System.Globalization;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Everything that is wrong with one object, up to <see cref="MaxErrors"/>.</summary>
internal sealed class ErrorList
{
    // Enough to mend an object by; an answer stays small whatever was sent.
    public const int MaxErrors = 100;

    private readonly List<ObjectError> _errors = [];

    public IReadOnlyList<ObjectError> Errors => _errors;

    public bool IsEmpty => _errors.Count == 0;

    public bool IsFull => _errors.Count >= MaxErrors;

    public void Add(string path, string found, string allowed)
    {
        if (!IsFull)
        {
            _errors.Add(new(path, found, allowed));
        }
    }

    public void AddShown(string path, string? value, string allowed) => Add(path, ValidationText.Show(value), allowed);

    public void AddMissing(string path, string allowed) => Add(path, "nothing", allowed);

    public void Range(string path, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            Add(path, Text(value), $"{Text(least)} to {Text(most)}");
        }
    }

    public void NotNegative(string path, long value, string meaning = "0 (no limit) or more")
    {
        if (value < 0)
        {
            Add(path, Text(value), meaning);
        }
    }

    public void OneOf(string path, int value, ReadOnlySpan<int> allowed)
    {
        if (!allowed.Contains(value))
        {
            Add(path, Text(value), string.Join(", ", allowed.ToArray().Select(one => Text(one))));
        }
    }

    public void OneOf(string path, string value, IReadOnlyList<string> allowed)
    {
        if (!allowed.Contains(value, StringComparer.Ordinal))
        {
            AddShown(path, value, "one of " + string.Join(", ", allowed.Select(one => one.Length == 0 ? "''" : one)));
        }
    }

    /// <summary>True if a list is no longer than allowed; a longer one is not looked into.</summary>
    public bool HasCount<TItem>(string path, IReadOnlyCollection<TItem> list, int most)
    {
        if (list.Count <= most)
        {
            return true;
        }

        Add(path, $"{Text(list.Count)} entries", $"at most {Text(most)} entries");
        return false;
    }

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
