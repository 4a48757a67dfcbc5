namespace Hpc.FtpProtocol.Listings;

/// <summary>What an entry is to the directory that is listed (RFC 3659 §7.5.1).</summary>
internal enum EntryRole
{
    /// <summary>One of its entries, or what was asked for by its name.</summary>
    Entry,

    /// <summary>The directory itself.</summary>
    Current,

    /// <summary>The directory above it.</summary>
    Parent,
}
