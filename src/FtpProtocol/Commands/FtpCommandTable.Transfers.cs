using Hpc.FtpProtocol.Commands.Transfers;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private partial void AddTransfers(FtpServerOptions options)
    {
        const CommandTraits Parameter = CommandTraits.NeedsLogin | CommandTraits.KeepsPrelude;
        const CommandTraits Download = CommandTraits.NeedsLogin | CommandTraits.UsesData;
        const CommandTraits Upload = Download | CommandTraits.Mutates;

        Add("RETR", new RetrCommand(), Download);
        Add("STOR", new StorCommand(), Upload);
        Add("APPE", new AppeCommand(), Upload);
        Add("STOU", new StouCommand(), Upload);
        Add("REST", new RestCommand(), Parameter, "REST STREAM");
        Add("RANG", new RangCommand(), Parameter, "RANG STREAM");
        Add("ALLO", new AlloCommand(), Parameter);
        Add("TYPE", new TypeCommand(), Parameter);
        Add("MODE", new ModeCommand(), Parameter, options.ModeZ ? "MODE Z" : null);
        Add("STRU", new StruCommand(), Parameter);
        if (options.ModeZ)
        {
            AddOption("MODE", new ModeOptionsCommand());
        }
    }
}
