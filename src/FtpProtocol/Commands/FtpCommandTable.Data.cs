using Hpc.FtpProtocol.Commands.Data;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private partial void AddData(FtpServerOptions options)
    {
        const CommandTraits Prepares = CommandTraits.NeedsLogin | CommandTraits.KeepsPrelude;
        Add("PASV", new PasvCommand(), Prepares, "PASV");
        Add("EPSV", new EpsvCommand(), Prepares, "EPSV");
        Add("PORT", new PortCommand(), Prepares);
        Add("EPRT", new EprtCommand(), Prepares, options.Data.ActiveMode ? "EPRT" : null);
        Add("PRET", new PretCommand(), Prepares);
    }
}
