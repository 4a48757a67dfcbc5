using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>
/// The <c>mode</c> of a listing: permission bits, and the type above them as Go's <c>fs.FileMode</c> has it, which clients of this API test.
/// </summary>
internal static class EntryMode
{
    private const uint Directory = 1u << 31;
    private const uint SymbolicLink = 1u << 27;
    private const uint Device = 1u << 26;
    private const uint Pipe = 1u << 25;
    private const uint Socket = 1u << 24;
    private const uint SetUser = 1u << 23;
    private const uint SetGroup = 1u << 22;
    private const uint CharacterDevice = 1u << 21;
    private const uint Sticky = 1u << 20;
    private const uint Irregular = 1u << 19;

    public static uint Of(in EntryAttributes entry)
    {
        // st_mode (POSIX sys/stat.h): 07000 are set-user-id, set-group-id and sticky.
        uint mode = entry.Mode & 0x1FF;
        mode |= (entry.Mode & 0x800) != 0 ? SetUser : 0;
        mode |= (entry.Mode & 0x400) != 0 ? SetGroup : 0;
        mode |= (entry.Mode & 0x200) != 0 ? Sticky : 0;
        return mode | (entry.Type switch
        {
            EntryType.File => 0,
            EntryType.Directory => Directory,
            EntryType.SymbolicLink => SymbolicLink,
            _ => (entry.Mode & 0xF000) switch
            {
                0x1000 => Pipe,
                0x2000 => Device | CharacterDevice,
                0x6000 => Device,
                0xC000 => Socket,
                _ => Irregular,
            },
        });
    }
}
