using Hpc.FtpProtocol.Commands.Files;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private partial void AddFiles(FtpServerOptions options)
    {
        const CommandTraits Reads = CommandTraits.NeedsLogin;
        const CommandTraits Changes = CommandTraits.NeedsLogin | CommandTraits.Mutates;
        const CommandTraits Asks = CommandTraits.NeedsLogin | CommandTraits.KeepsPrelude;

        AddBoth("CWD", "XCWD", new ChangeDirectoryCommand(), Reads);
        AddBoth("CDUP", "XCUP", new ParentDirectoryCommand(), Reads);
        AddBoth("PWD", "XPWD", new PrintDirectoryCommand(), Asks);
        AddBoth("MKD", "XMKD", new MakeDirectoryCommand(), Changes);
        AddBoth("RMD", "XRMD", new RemoveDirectoryCommand(), Changes);
        Add("DELE", new DeleteCommand(), Changes);
        Add("RNFR", new RenameFromCommand(), Changes | CommandTraits.KeepsPrelude);
        Add("RNTO", new RenameToCommand(), Changes);
        Add("SIZE", new SizeCommand(), Asks, "SIZE");
        Add("MDTM", new ModificationTimeCommand(), Asks, "MDTM");
        Add("MFMT", new SetTimeCommand(), Changes, "MFMT");
        Add("MFCT", new SetCreationTimeCommand(), Changes);
        Add("MFF", new SetFactsCommand(), Changes, SetFactsCommand.Feature);
        Add("AVBL", new SpaceCommand(), Asks, "AVBL");
        if (options.Combines)
        {
            Add("COMB", new CombineCommand(), Changes, "COMB target;source_list");
        }
    }

    private void AddBoth(string name, string old, FtpCommand command, CommandTraits traits)
    {
        Add(name, command, traits);
        Add(old, command, traits);
    }
}
