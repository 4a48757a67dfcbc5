using System.CommandLine;
using Hpc.Accounts;

namespace Hpc.Server.Cli;

/// <summary>Quotas, limits, owner and start directory: flags of <c>user add</c> and <c>user set</c>.</summary>
internal sealed class LimitFlags
{
    private readonly Option<string?> _quotaSize = Size("--quota-size", "Most bytes that the user's files may take together");
    private readonly Option<string?> _quotaFiles = new("--quota-files") { Description = "Most files that the user may have; 0 is no limit.", HelpName = "N" };
    private readonly Option<string?> _maxUpload = Size("--max-upload-size", "Largest file that the user may upload");
    private readonly Option<string?> _upload = Size("--upload-limit", "Most that the user may upload in all, a whole number of MiB");
    private readonly Option<string?> _download = Size("--download-limit", "Most that the user may download in all, a whole number of MiB");
    private readonly Option<string?> _transfer = Size("--transfer-limit", "Most that the user may move either way in all, a whole number of MiB, instead of the two limits above");
    private readonly Option<string?> _uid = new("--uid") { Description = "Numeric owner of what the user creates, if the server runs as root; 0 leaves the server's.", HelpName = "N" };
    private readonly Option<string?> _gid = new("--gid") { Description = "Numeric group of what the user creates, if the server runs as root; 0 leaves the server's.", HelpName = "N" };
    private readonly Option<string?> _start = new("--start-directory") { Description = "Virtual directory that a session begins in; created at login. Default: /.", HelpName = "DIR" };

    public LimitFlags(Command command)
    {
        foreach (Option option in new Option[] { _quotaSize, _quotaFiles, _maxUpload, _upload, _download, _transfer, _uid, _gid, _start })
        {
            command.Add(option);
        }
    }

    /// <summary>The account with what the flags say; what they do not name stays.</summary>
    public UserAccount Apply(ParseResult parsed, UserAccount user) => user with
    {
        QuotaBytes = Value(parsed, _quotaSize, NumberArguments.Size, user.QuotaBytes),
        QuotaFiles = Value(parsed, _quotaFiles, NumberArguments.Count, user.QuotaFiles),
        MaxUploadBytes = Value(parsed, _maxUpload, NumberArguments.Size, user.MaxUploadBytes),
        UploadTransferBytes = Value(parsed, _upload, NumberArguments.Size, user.UploadTransferBytes),
        DownloadTransferBytes = Value(parsed, _download, NumberArguments.Size, user.DownloadTransferBytes),
        TotalTransferBytes = Value(parsed, _transfer, NumberArguments.Size, user.TotalTransferBytes),
        UserId = Value(parsed, _uid, NumberArguments.Id, user.UserId),
        GroupId = Value(parsed, _gid, NumberArguments.Id, user.GroupId),
        StartDirectory = Value(parsed, _start, PathArgument.Read, user.StartDirectory),
    };

    private static T Value<T>(ParseResult parsed, Option<string?> option, Func<string, string, T> read, T before) =>
        parsed.GetValue(option) is string text ? read(text, option.Name) : before;

    private static Option<string?> Size(string name, string description) => new(name) { Description = description + ", like 10GiB; 0 is no limit.", HelpName = "SIZE" };
}
