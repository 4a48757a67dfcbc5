using Hpc.FtpProtocol.Commands.Site;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private partial void AddSite(FtpServerOptions options)
    {
        if (options.Site)
        {
            Add("SITE", new SiteCommand(), CommandTraits.NeedsLogin | CommandTraits.Mutates);
            _features.AddRange(SiteCommand.Features);
        }
    }
}
