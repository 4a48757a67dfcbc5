using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>What a listing shows.</summary>
internal sealed record ListedEntries
{
    /// <summary>The directory that is read; its entries' names count from here.</summary>
    public VirtualPath Directory { get; init; }

    /// <summary>The open directory; null where <see cref="Leading"/> is all. It belongs to whoever reads it.</summary>
    public IDirectoryReader? Reader { get; init; }

    /// <summary>What comes first.</summary>
    public IReadOnlyList<LeadingEntry> Leading { get; init; } = [];

    /// <summary>Which names are shown; null for all.</summary>
    public NamePattern? Pattern { get; init; }
}
