using Hpc.FtpProtocol.Commands.Security;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private partial void AddSecurity(FtpServerOptions options, bool hasTls)
    {
        if (!hasTls || options.TlsMode == FtpTlsMode.Off)
        {
            return;
        }

        if (options.TlsMode != FtpTlsMode.Implicit)
        {
            Add("AUTH", new AuthCommand(), CommandTraits.BeforeTls, "AUTH TLS");
        }

        Add("PBSZ", new PbszCommand(), CommandTraits.NeedsTls | CommandTraits.KeepsPrelude, "PBSZ");
        Add("PROT", new ProtCommand(), CommandTraits.NeedsTls | CommandTraits.KeepsPrelude, "PROT");
        if (options.AllowsClearCommandChannel)
        {
            Add("CCC", new CccCommand(), CommandTraits.NeedsTls | CommandTraits.NeedsLogin, "CCC");
        }
    }
}
