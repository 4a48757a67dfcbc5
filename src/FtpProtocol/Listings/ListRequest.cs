using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>
/// What stands behind LIST, NLST and STAT: options as <c>ls</c> has them, which clients send unasked, then a path whose last element may be a pattern.
/// A name that is there counts before an option or a pattern.
/// </summary>
internal sealed class ListRequest
{
    private const int MaxOptionWords = 8;
    private static readonly ListRequest Unreadable = new() { Refusal = FtpErrors.BadPath };

    /// <summary>Why there is nothing to list; null if there is.</summary>
    public FtpReply? Refusal { get; private init; }

    /// <summary>What was asked for, or with a pattern the directory that is searched.</summary>
    public VirtualPath Path { get; private init; }

    /// <summary>What the client has to write before the names of a directory; empty, or it ends with a slash.</summary>
    public ReadOnlyMemory<byte> Prefix { get; private init; }

    private NamePattern? Pattern { get; init; }

    private bool ShowsDots { get; init; }

    private bool ShowsItself { get; init; }

    /// <summary>Reads the argument; asks storage only where it could be read in two ways.</summary>
    public static async ValueTask<ListRequest> ReadAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        ReadOnlyMemory<byte> rest = argument.Bytes;
        (bool dots, bool itself) = (false, false);
        for (int words = 0; words < MaxOptionWords && IsOption(rest.Span) && !await ExistsAsync(session, rest, ct).ConfigureAwait(false); words++)
        {
            int blank = rest.Span.IndexOf((byte)' ');
            ReadOnlyMemory<byte> word = blank < 0 ? rest : rest[..blank];
            bool isLong = word.Span[1] == (byte)'-';
            dots |= !isLong && word.Span.Contains((byte)'a');
            itself |= !isLong && word.Span.Contains((byte)'d');
            rest = blank < 0 ? default : rest[(blank + 1)..].TrimStart((byte)' ');
            if (word.Span.SequenceEqual("--"u8))
            {
                break;
            }
        }

        return await ReadPathAsync(session, rest, dots, itself, ct).ConfigureAwait(false);
    }

    /// <summary>Opens what is listed. One of the two is there.</summary>
    public async ValueTask<(ListedEntries? Entries, FtpReply Refusal)> OpenAsync(FtpSession session, CancellationToken ct)
    {
        if (Pattern is null && Path != session.Directory
            && await FindFileAsync(session, ct).ConfigureAwait(false) is { } file)
        {
            return (new ListedEntries { Directory = Path.Parent, Leading = [file] }, default);
        }

        if (ShowsItself && Pattern is null)
        {
            // Only where it may be listed without being looked at it is shown as a plain directory.
            StorageResult<EntryAttributes> itself = await session.Files.LookAsync(Path, ct).ConfigureAwait(false);
            if (itself.Error is StorageError.NotFound or StorageError.NotDirectory)
            {
                return (null, FtpErrors.ToReply(itself.Error));
            }

            return (new ListedEntries { Directory = Path, Leading = [await DirectoryAsync(session, "."u8.ToArray(), Path, EntryRole.Current, ct).ConfigureAwait(false)] }, default);
        }

        StorageResult<IDirectoryReader> opened = await session.Files.OpenDirectoryAsync(Path, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return (null, FtpErrors.ToReply(opened.Error));
        }

        IReadOnlyList<LeadingEntry> leading = ShowsDots && Pattern is null ? await DotsAsync(session, Path, ct).ConfigureAwait(false) : [];
        return (new ListedEntries { Directory = Path, Reader = opened.Value, Leading = leading, Pattern = Pattern }, default);
    }

    /// <summary>The directory itself and the one above it, as far as there is one.</summary>
    public static async ValueTask<IReadOnlyList<LeadingEntry>> DotsAsync(FtpSession session, VirtualPath path, CancellationToken ct)
    {
        LeadingEntry own = await DirectoryAsync(session, "."u8.ToArray(), path, EntryRole.Current, ct).ConfigureAwait(false);
        return path.IsRoot
            ? [own]
            : [own, await DirectoryAsync(session, ".."u8.ToArray(), path.Parent, EntryRole.Parent, ct).ConfigureAwait(false)];
    }

    private static bool IsOption(ReadOnlySpan<byte> text) => text.Length > 1 && text[0] == (byte)'-';

    private static async ValueTask<LeadingEntry> DirectoryAsync(FtpSession session, byte[] name, VirtualPath path, EntryRole role, CancellationToken ct)
    {
        StorageResult<EntryAttributes> attributes = await session.Files.LookAsync(path, ct).ConfigureAwait(false);
        return new LeadingEntry(name, attributes.IsSuccess ? attributes.Value : LeadingEntry.UnknownDirectory, role);
    }

    private static async ValueTask<bool> ExistsAsync(FtpSession session, ReadOnlyMemory<byte> name, CancellationToken ct)
    {
        if (!FtpPath.TryParse(session, name.Span, out VirtualPath path))
        {
            return false;
        }

        StorageResult<EntryAttributes> found = await session.Files.Tentative.GetLinkAttributesAsync(path, ct).ConfigureAwait(false);
        return found.IsSuccess;
    }

    private static async ValueTask<ListRequest> ReadPathAsync(FtpSession session, ReadOnlyMemory<byte> text, bool dots, bool itself, CancellationToken ct)
    {
        int name = text.Span.LastIndexOf((byte)'/') + 1;
        if (!NamePattern.IsPattern(text.Span[name..]) || await ExistsAsync(session, text, ct).ConfigureAwait(false))
        {
            return FtpPath.TryParse(session, text.Span, out VirtualPath path)
                ? new ListRequest { Path = path, Prefix = PrefixOf(text.Span), ShowsDots = dots, ShowsItself = itself }
                : Unreadable;
        }

        return text.Length - name <= NamePattern.MaxLength && FtpPath.TryParse(session, text.Span[..name], out VirtualPath directory)
            ? new ListRequest { Path = directory, Prefix = text[..name].ToArray(), Pattern = NamePattern.Parse(text.Span[name..], dots) }
            : Unreadable;
    }

    private static byte[] PrefixOf(ReadOnlySpan<byte> path) =>
        path.IsEmpty || path.SequenceEqual("."u8) ? [] : path[^1] == (byte)'/' ? path.ToArray() : [.. path, (byte)'/'];

    /// <summary>What the path names, if it is no directory.</summary>
    private async ValueTask<LeadingEntry?> FindFileAsync(FtpSession session, CancellationToken ct)
    {
        StorageResult<EntryAttributes> looked = await session.Files.LookAsync(Path, ct).ConfigureAwait(false);
        if (looked is { IsSuccess: true, Value.Type: EntryType.Directory } || looked is { IsSuccess: false, Error: not StorageError.NotFound })
        {
            return null;
        }

        // A link that leads nowhere is an entry too.
        StorageResult<EntryAttributes> attributes = await session.Files.Tentative.GetLinkAttributesAsync(Path, ct).ConfigureAwait(false);
        return attributes.IsSuccess ? new LeadingEntry(PathText.Encode(Path.Name), attributes.Value, EntryRole.Entry) : null;
    }
}
