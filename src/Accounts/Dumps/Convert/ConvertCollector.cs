using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary>Takes users in, as far as they are asked for.</summary>
internal sealed class ConvertCollector(ConvertOptions options)
{
    public const string UsersFile = "users";
    public const string ShadowFile = "shadow";

    private const long MaxId = int.MaxValue;

    private readonly List<User> _users = [];
    private readonly List<ConvertNote> _skipped = [];
    private readonly List<ConvertNote> _notes = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public void Skip(string file, int line, string name, string reason) => _skipped.Add(new(file, line, ValidationText.Show(name), reason));

    public void Note(int line, string name, string reason) => _notes.Add(new(UsersFile, line, ValidationText.Show(name), reason));

    /// <summary>Takes a user in; false if it is skipped, with the reason noted.</summary>
    public bool TryAdd(int line, User user)
    {
        string? reason = WhyNot(user);
        if (reason is null && !_seen.Add(user.Username))
        {
            reason = "a user of this name stands above";
        }

        if (reason is not null)
        {
            Skip(UsersFile, line, user.Username, reason);
            return false;
        }

        _users.Add(user with
        {
            Uid = options.ForceUid ?? user.Uid,
            Gid = options.ForceGid ?? user.Gid,
            Permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = ["*"] },
        });
        return true;
    }

    /// <summary>The home directory of a user whose file has none.</summary>
    public string HomeOf(string name) => options.HomeBase.Length == 0 || !UserNameRules.IsValid(name) ? "" : options.HomeBase.TrimEnd('/') + "/" + name;

    public ConvertResult Finish() => new(new BackupData { Users = _users, Version = DumpService.Version }, _skipped, _notes);

    private string? WhyNot(User user) =>
        !UserNameRules.IsValid(user.Username) ? $"the name is none; allowed is {UserNameRules.Allowed}"
        : options.UserNames.Count > 0 && !options.UserNames.Contains(user.Username, StringComparer.Ordinal) ? "not among the names asked for"
        : user.Uid is < 0 or > MaxId || user.Gid is < 0 or > MaxId ? $"uid or gid is not within 0 and {MaxId}"
        : options.MinUid is null && options.ForceUid is null && user.Uid == 0 && user.HomeDir is "/root" or "/" ? "it is the system's administrator; a least uid of 0 converts it"
        : user.Uid < options.MinUid ? $"uid {user.Uid} is below {options.MinUid}"
        : user.Uid > options.MaxUid ? $"uid {user.Uid} is above {options.MaxUid}"
        : user.HomeDir.Length > 0 && !PathRules.TryCleanServer(user.HomeDir, out _) ? "the home directory is no absolute path without '..'"
        : null;
}
