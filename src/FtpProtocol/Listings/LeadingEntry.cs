using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>An entry that a listing begins with, and that no directory gives.</summary>
/// <param name="Name">As it is shown.</param>
/// <param name="Attributes">What is known of it.</param>
/// <param name="Role">What it is to the listing.</param>
internal readonly record struct LeadingEntry(byte[] Name, EntryAttributes Attributes, EntryRole Role)
{
    private const uint DirectoryMode = 0x4000 | 0x1ED;

    /// <summary>A directory that may be listed while its attributes may not be seen is shown as a plain directory.</summary>
    public static EntryAttributes UnknownDirectory => new() { Type = EntryType.Directory, Mode = DirectoryMode, LinkCount = 1 };
}
