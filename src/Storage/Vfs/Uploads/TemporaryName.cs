using System.Buffers;
using System.Globalization;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>
/// Names of the files that atomic uploads are written to, beside the file: <c>.hpc-upload.EPOCH-NUMBER.NAME</c>,
/// or <c>.hpc-upload.EPOCH-NUMBER~</c> where the name would not fit; that one cannot be resumed after a crash.
/// </summary>
internal readonly record struct TemporaryName
{
    /// <summary>What all of them begin with, and no name that a user can use.</summary>
    public const string Prefix = ".hpc-upload.";

    /// <summary>Digits of an epoch.</summary>
    public const int EpochLength = 8;

    // NAME_MAX of Linux.
    private const int MaxNameLength = 255;
    private const int MaxNumberLength = 16;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>The run of the server that made it.</summary>
    public required string Epoch { get; init; }

    /// <summary>Which upload of that run.</summary>
    public required ulong Number { get; init; }

    /// <summary>The name that the file is to have; null if the name of the temporary does not hold it.</summary>
    public string? Target { get; init; }

    /// <summary>Whether a name is one of them.</summary>
    public static bool IsOne(ReadOnlySpan<byte> name) => name.StartsWith(".hpc-upload."u8);

    /// <summary>Whether a name is one of them.</summary>
    public static bool IsOne(ReadOnlySpan<char> name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The path of the temporary for a file; false if its directory is too deep for any.</summary>
    public static bool TryPlace(VirtualPath file, string epoch, ulong number, out VirtualPath temporary)
    {
        string start = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{epoch}-{number:x}");
        string full = start + "." + file.Name;
        VirtualPath directory = file.Parent;
        return (PathText.GetByteCount(full) <= MaxNameLength && directory.TryCombine(full, out temporary))
            || directory.TryCombine(start + "~", out temporary);
    }

    /// <summary>Reads a name; false if no server made it.</summary>
    public static bool TryParse(string name, out TemporaryName parsed)
    {
        parsed = default;
        if (!IsOne(name) || name.Length < Prefix.Length + EpochLength + 3)
        {
            return false;
        }

        ReadOnlySpan<char> epoch = name.AsSpan(Prefix.Length, EpochLength);
        ReadOnlySpan<char> rest = name.AsSpan(Prefix.Length + EpochLength);
        int end = rest.IndexOfAny('.', '~');
        if (!IsHex(epoch) || rest[0] != '-' || end < 2 || end - 1 > MaxNumberLength || !IsHex(rest[1..end])
            || (end > 2 && rest[1] == '0'))
        {
            return false;
        }

        bool holdsTarget = rest[end] == '.';
        string target = rest[(end + 1)..].ToString();
        if (holdsTarget == (target.Length == 0) || target is "." or "..")
        {
            return false;
        }

        parsed = new TemporaryName
        {
            Epoch = epoch.ToString(),
            Number = ulong.Parse(rest[1..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            Target = holdsTarget ? target : null,
        };
        return true;
    }

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LowerHex);
}
