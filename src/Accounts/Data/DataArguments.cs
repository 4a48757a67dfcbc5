using System.Text;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data;

/// <summary>What every data provider refuses as a mistake of its caller.</summary>
public static class DataArguments
{
    /// <summary>Longest name of an object or a value, and longest role, in UTF-8 bytes.</summary>
    public const int MaxName = 255;

    private const string NameRule = "well-formed, without NUL, and at most 255 bytes long";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>True if an object or a value can have this name; one that cannot is never there.</summary>
    public static bool IsName(string name) => name is { Length: > 0 } && IsText(name);

    /// <summary>True of what can stand where a name does, nothing included: well-formed, without NUL, which PostgreSQL cannot hold.</summary>
    public static bool IsText(string name, int maxBytes = MaxName)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > maxBytes || name.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            return Strict.GetByteCount(name) <= maxBytes;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Checks what <see cref="IObjectStore.ApplyAsync"/> is asked.</summary>
    public static void ThrowIfInvalid(IReadOnlyList<ObjectChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var keys = new HashSet<ObjectKey>(changes.Count);
        foreach (ObjectChange change in changes)
        {
            if (!IsName(change.Key.Name) || change.References.Any(to => !IsName(to.Name)))
            {
                throw new ArgumentException($"A name is {NameRule}: {change.Key}.", nameof(changes));
            }

            if (!keys.Add(change.Key))
            {
                throw new ArgumentException($"An object is changed twice: {change.Key}.", nameof(changes));
            }

            if (change.Document is { } document && (document.Length > IObjectStore.MaxDocument || !IsText(change.Role)))
            {
                throw new ArgumentException($"A document has at most {IObjectStore.MaxDocument} bytes, and a role is {NameRule}: {change.Key}.", nameof(changes));
            }
        }
    }

    /// <summary>Checks what <see cref="IObjectStore.ListAsync"/> is asked.</summary>
    public static void ThrowIfInvalid(ObjectQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset);
        ThrowIfNoPage(query.Limit);
    }

    /// <summary>Checks the length of a page.</summary>
    public static void ThrowIfNoPage(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IObjectStore.MaxPage);
    }

    /// <summary>Checks how many are asked for at once.</summary>
    public static void ThrowIfTooMany<T>(IReadOnlyCollection<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(items.Count, IObjectStore.MaxPage, nameof(items));
    }

    /// <summary>Checks a value of <see cref="IEphemeralStore"/>.</summary>
    public static void ThrowIfInvalid(string name, ReadOnlyMemory<byte> value)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsName(name) || value.Length > IEphemeralStore.MaxValue)
        {
            throw new ArgumentException($"The name of a value is {NameRule}, and it has at most {IEphemeralStore.MaxValue}.", nameof(name));
        }
    }
}
