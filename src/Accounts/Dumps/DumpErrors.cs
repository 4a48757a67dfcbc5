using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>What is wrong with a dump, up to <see cref="Max"/>.</summary>
internal sealed class DumpErrors
{
    public const int Max = 100;

    private readonly List<ObjectError> _errors = [];

    public IReadOnlyList<ObjectError> All => _errors;

    public bool IsEmpty => _errors.Count == 0;

    public bool IsFull => _errors.Count >= Max;

    public void Add(string path, string found, string allowed)
    {
        if (!IsFull)
        {
            _errors.Add(new ObjectError(path, found, allowed));
        }
    }

    /// <summary>Errors of one object, with their paths in the dump.</summary>
    public void AddBelow(string path, IEnumerable<ObjectError> errors)
    {
        foreach (ObjectError error in errors)
        {
            Add(Join(path, error.Path), error.Found, error.Allowed);
        }
    }

    public static string Join(string path, string below) =>
        below.Length == 0 ? path : path.Length == 0 ? below : below[0] == '[' ? path + below : $"{path}.{below}";
}
