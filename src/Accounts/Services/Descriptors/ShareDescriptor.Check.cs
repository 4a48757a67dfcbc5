using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services.Descriptors;

/// <content>What a share may be.</content>
internal sealed partial class ShareDescriptor
{
    private const int ReadScope = 1;
    private const int MaxPaths = 256;
    private const long MillisecondsPerDay = 86_400_000;

    public override Share Check(Share value, ObjectEdit<Share> edit)
    {
        ErrorList errors = edit.Errors;
        if (edit.Context.User is { } self)
        {
            value = value with { Username = self.UserName };
        }
        else
        {
            RoleLimits.RequireNoRole("shares", edit);
            value = value with { Username = edit.Old?.Username ?? Services.Names.Normalise(value.Username) };
        }

        if (!RandomNames.IsName(value.Id))
        {
            errors.AddShown("id", value.Id, RandomNames.Allowed);
        }

        TextRules.RequiredLine("name", value.Name, errors, "a name", UserNameRules.MaxLength);
        errors.Range("scope", value.Scope, ReadScope, 3);
        errors.NotNegative("max_tokens", value.MaxTokens);
        value = value with
        {
            Description = TextRules.Lines("description", value.Description, errors),
            Paths = CheckPaths(value, errors),
            AllowFrom = NetworkRules.List("allow_from", value.AllowFrom, errors),
            Password = CheckPassword(value, edit),
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
        return CheckOwner(CheckEnd(value, edit), edit);
    }

    public override async ValueTask<Share> ResolveAsync(Share value, ObjectEdit<Share> edit, CancellationToken ct)
    {
        PasswordRules rules = Services.Options.UserPasswords;
        if (edit.Context.User is { } self)
        {
            rules = PasswordRules.Of(self, rules);
        }
        else if (!edit.IsRestore)
        {
            rules = await FindRulesAsync(value.Username, rules, edit.Errors, ct).ConfigureAwait(false);
        }

        if (value.Password is { } password && StoredPasswords.IsHashOfAdmin(password))
        {
            PasswordRuleRights.CheckHash("password", password, edit.Old?.Password, rules, edit);
        }

        if (IsNewPlain(value, edit) && PasswordChecker.FindFault(value.Password!, rules, Services.Hasher.MaxPasswordBytes) is { } fault)
        {
            edit.Errors.Add("password", "a password that is too weak or cannot be used (not shown)", fault);
        }

        if (edit.Old is null && !edit.IsRestore && (await FindNamesAsync(value.Username, ct).ConfigureAwait(false)).Count >= Services.Options.MaxSharesPerUser)
        {
            edit.Refuse($"A user can have at most {Services.Options.MaxSharesPerUser} shares.");
        }

        return value;
    }

    private async ValueTask<PasswordRules> FindRulesAsync(string userName, PasswordRules server, ErrorList errors, CancellationToken ct)
    {
        IReadOnlyDictionary<string, User> found = await ReferenceChecks.FindAsync<User>(Services.Objects, ObjectKind.User, [userName], _ => "username", errors, ct).ConfigureAwait(false);
        if (!found.TryGetValue(userName, out User? user))
        {
            return server;
        }

        string? primary = user.Groups.FirstOrDefault(group => group.Type == GroupTypes.Primary)?.Name;
        Group? group = primary is null
            ? null
            : (await ReferenceChecks.FindAsync<Group>(Services.Objects, ObjectKind.Group, [primary], null, null, ct).ConfigureAwait(false)).GetValueOrDefault(primary);
        return PasswordRules.Of(user.Filters, group?.UserSettings.Filters, server);
    }

    private static IReadOnlyList<string> CheckPaths(Share value, ErrorList errors)
    {
        IReadOnlyList<string> paths = PathRules.VirtualList("paths", value.Paths, errors, MaxPaths);
        if (value.Paths.Count == 0)
        {
            errors.AddMissing("paths", "one or more virtual paths");
        }

        if (value.Scope is 2 or 3 && paths.Count > 1)
        {
            errors.Add("paths", $"{paths.Count} paths", "one directory, where files can be uploaded");
        }

        // With a slash behind each, what is below a path begins with it and stands right behind it.
        string[] sorted = [.. paths.Select(path => path == "/" ? "/" : path + "/").Order(StringComparer.Ordinal)];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].StartsWith(sorted[i - 1], StringComparison.Ordinal))
            {
                errors.AddShown("paths", sorted[i][..^1], "paths of which none is below another");
                break;
            }
        }

        return paths;
    }

    // An absent password keeps the stored one, an empty one takes it away.
    private string? CheckPassword(Share value, ObjectEdit<Share> edit)
    {
        if (value.Password is null or RedactedPassword)
        {
            return edit.Old?.Password;
        }

        if (StoredPasswords.IsHashOfAdmin(value.Password) && (edit.Context.User is not null || !StoredPasswords.IsUsable(value.Password)))
        {
            edit.Errors.Add("password", "a hash (not shown)", "a plain password");
        }
        else if (StoredPasswords.IsHashOfAdmin(value.Password))
        {
            PasswordRuleRights.CheckCost("password", value.Password, edit.Old?.Password, Services.Options, edit);
        }

        return value.Password.Length == 0 ? null : value.Password;
    }

    private static Share CheckEnd(Share value, ObjectEdit<Share> edit)
    {
        ErrorList errors = edit.Errors;
        TextRules.Time("expires_at", value.ExpiresAt, errors);
        if (edit.IsRestore)
        {
            return value;
        }

        if (edit.Context.User is { DefaultSharesExpiration: > 0 } self && value.ExpiresAt == 0 && edit.Old is null)
        {
            value = value with { ExpiresAt = edit.Now + (self.DefaultSharesExpiration * MillisecondsPerDay) };
        }

        if (value.ExpiresAt > 0 && value.ExpiresAt < edit.Now && value.ExpiresAt != edit.Old?.ExpiresAt)
        {
            errors.Add("expires_at", ErrorList.Text(value.ExpiresAt), "0 (never) or a time to come");
        }

        if (edit.Context.User is { MaxSharesExpiration: > 0 } limited)
        {
            long most = edit.Now + (limited.MaxSharesExpiration * MillisecondsPerDay);
            if (value.ExpiresAt == 0 || value.ExpiresAt > most)
            {
                errors.Add("expires_at", ErrorList.Text(value.ExpiresAt), $"a time within {limited.MaxSharesExpiration} days, at most {ErrorList.Text(most)}");
            }
        }

        return value;
    }

    private static Share CheckOwner(Share value, ObjectEdit<Share> edit)
    {
        if (edit.Context.User is not { } self)
        {
            return value;
        }

        if (self.WebClient.Contains(WebClientOptions.SharesDisabled, StringComparer.Ordinal))
        {
            edit.Refuse("This user may not have shares.");
        }

        if (value.Password is null && self.WebClient.Contains(WebClientOptions.SharesWithoutPasswordDisabled, StringComparer.Ordinal))
        {
            edit.Errors.AddMissing("password", "a password: this user may not have shares without one");
        }

        return value;
    }
}
