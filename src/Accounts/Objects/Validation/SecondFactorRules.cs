using Hpc.Accounts.Secrets;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Second factors that a dump brings.</summary>
internal static class SecondFactorRules
{
    public const int MaxCodes = 64;

    public static TotpConfig CheckTotp(string path, TotpConfig value, TotpConfig? stored, ErrorList errors)
    {
        TotpConfig totp = value with
        {
            Secret = SecretRules.Merge($"{path}.secret", value.Secret, stored?.Secret, isRestore: true, errors),
            Protocols = EnumLists.Of($"{path}.protocols", value.Protocols, ProtocolNames.WithSecondFactor, errors),
            ConfigName = TextRules.Line($"{path}.config_name", value.ConfigName, errors),
        };
        if (!totp.Enabled)
        {
            return new();
        }

        if (totp.Secret.IsEmpty)
        {
            errors.AddMissing($"{path}.secret", "a secret");
        }

        return totp;
    }

    public static IReadOnlyList<RecoveryCode> CheckCodes(string path, IReadOnlyList<RecoveryCode?> values, IReadOnlyList<RecoveryCode>? stored, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxCodes))
        {
            return [];
        }

        var codes = new List<RecoveryCode>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } code)
            {
                errors.AddMissing($"{path}[{i}]", "a secret and whether it was used");
                continue;
            }

            Secret? old = stored is not null && i < stored.Count ? stored[i].Secret : null;
            codes.Add(code with { Secret = SecretRules.Merge($"{path}[{i}].secret", code.Secret, old, isRestore: true, errors) });
        }

        return codes;
    }

    public static UserFilters Seal(UserFilters value, string name, ISecretProtector protector) => value with
    {
        Totp = Seal(value.Totp, name, protector),
        RecoveryCodes = Seal(value.RecoveryCodes, name, protector),
    };

    public static AdminFilters Seal(AdminFilters value, string name, ISecretProtector protector) => value with
    {
        Totp = Seal(value.Totp, name, protector),
        RecoveryCodes = Seal(value.RecoveryCodes, name, protector),
    };

    private static TotpConfig Seal(TotpConfig value, string name, ISecretProtector protector) => value with { Secret = protector.Protect(value.Secret, name) };

    private static IReadOnlyList<RecoveryCode> Seal(IReadOnlyList<RecoveryCode> values, string name, ISecretProtector protector) =>
        [.. values.Select(code => code with { Secret = protector.Protect(code.Secret, name) })];
}
