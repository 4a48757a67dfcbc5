using Hpc.FtpProtocol.Commands.Listings;
using Hpc.FtpProtocol.Listings;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private partial void AddListings(FtpServerOptions options)
    {
        const CommandTraits Lists = CommandTraits.NeedsLogin | CommandTraits.UsesData;

        Add("LIST", new ListCommand(), Lists);
        Add("NLST", new NameListCommand(), Lists);

        // MLST stands for both in FEAT (RFC 3659 §7.8); some clients look for MLSD.
        Add("MLST", new MachineEntryCommand(), CommandTraits.NeedsLogin | CommandTraits.KeepsPrelude, "MLST " + MachineFactNames.ListAll(MachineFacts.All));
        Add("MLSD", new MachineListCommand(), Lists, "MLSD");
        AddOption("MLST", new MlstOptionsCommand());
    }
}
