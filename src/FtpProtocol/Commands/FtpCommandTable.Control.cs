using Hpc.FtpProtocol.Commands.Control;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private const CommandTraits AnyTime = CommandTraits.BeforeTls | CommandTraits.KeepsPrelude;

    private readonly Dictionary<string, FtpCommand> _options = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What OPTS does for a command; null if that has no options.</summary>
    public FtpCommand? FindOption(string name) => _options.GetValueOrDefault(name);

    private void AddOption(string name, FtpCommand command) => _options.Add(name, command);

    private partial void AddControl(FtpServerOptions options, bool hasTls)
    {
        Add("USER", new UserCommand(), CommandTraits.None);
        Add("PASS", new PassCommand(), CommandTraits.Secret);
        Add("ACCT", new AcctCommand(), CommandTraits.Secret);
        Add("REIN", new ReinCommand(), CommandTraits.None);
        Add("QUIT", new QuitCommand(), CommandTraits.BeforeTls | CommandTraits.DuringTransfer);
        Add("NOOP", new NoopCommand(), AnyTime | CommandTraits.DuringTransfer);
        Add("ABOR", new AborCommand(), CommandTraits.NeedsLogin | CommandTraits.DuringTransfer);
        Add("STAT", new StatCommand(), CommandTraits.KeepsPrelude | CommandTraits.DuringTransfer);
        Add("SYST", new SystCommand(), AnyTime);
        Add("HELP", new HelpCommand(), AnyTime);
        Add("FEAT", new FeatCommand(), AnyTime);
        Add("OPTS", new OptsCommand(), AnyTime, "UTF8");
        Add("HOST", new HostCommand(), AnyTime, "HOST");
        Add("CLNT", new ClntCommand(), AnyTime, "CLNT");
        Add("CSID", new CsidCommand(), AnyTime, "CSID");
        Add("LANG", new LangCommand(), AnyTime, "LANG EN*");
        AddOption("UTF8", new Utf8OptionsCommand());
        AddOption("UTF-8", new Utf8OptionsCommand());
    }
}
