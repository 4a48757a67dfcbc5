using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Shares (R3.24).</summary>
internal sealed partial class ShareDescriptor(ServiceEnvironment services) : ObjectDescriptor<Share>(services)
{
    /// <summary>What stands for a password that is there (R3.26).</summary>
    public const string RedactedPassword = "[**redacted**]";

    public override ObjectKind Kind => ObjectKind.Share;

    public override string Noun => "share";

    public override string NormaliseName(string name) => name;

    public override string NameOfNew(Share value) => RandomNames.NewName();

    public override Share WithName(Share value, string name) => value with { Id = name };

    public override Share WithId(Share value, long id) => value;

    public override IEnumerable<ObjectKey> ReferencesOf(Share value) => [new(ObjectKind.User, value.Username)];

    public override bool IsVisible(Share value, ChangeContext context) =>
        context.User is { } self ? self.UserName == value.Username : RoleLimits.IsUnlimited(context);

    public override async ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) =>
        context.User is { } self ? await FindNamesAsync(self.UserName, ct).ConfigureAwait(false)
        : RoleLimits.IsUnlimited(context) ? null
        : [];

    public override Share Bare(Share value) => value with { LastUseAt = 0, UsedTokens = 0 };

    public override Share Redact(Share value) => value with { Password = string.IsNullOrEmpty(value.Password) ? null : RedactedPassword };

    public override async ValueTask<IReadOnlyList<Share>> CompleteAsync(IReadOnlyList<Share> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        ObjectKey[] keys = [.. page.Select(share => new ObjectKey(Kind, share.Id))];
        IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> activity = await Services.Provider.Activity.FindAsync(keys, ct).ConfigureAwait(false);
        return
        [
            .. page.Select((share, i) => share with
            {
                LastUseAt = activity.GetValueOrDefault((keys[i], ActivityField.LastUse)),
                UsedTokens = (int)Math.Min(int.MaxValue, activity.GetValueOrDefault((keys[i], ActivityField.UsedTokens))),
            }),
        ];
    }

    public override async ValueTask<Share> SealAsync(Share value, ObjectEdit<Share> edit, CancellationToken ct)
    {
        if (IsNewPlain(value, edit))
        {
            string? hash = await Services.Hasher.HashAsync(Encoding.UTF8.GetBytes(value.Password!), ct).ConfigureAwait(false);
            edit.IsBusy = hash is null;
            value = value with { Password = hash };
        }

        return value;
    }

    private async ValueTask<IReadOnlyList<string>> FindNamesAsync(string userName, CancellationToken ct) =>
        await Services.Objects.ListReferringAsync(new(ObjectKind.User, userName), Kind, null, IObjectStore.MaxPage, ct).ConfigureAwait(false);

    private static bool IsNewPlain(Share value, ObjectEdit<Share> edit) =>
        !string.IsNullOrEmpty(value.Password) && value.Password != edit.Old?.Password && !StoredPasswords.IsHashOfAdmin(value.Password);
}
