using Hpc.Accounts.Objects;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Rules for passwords are a right of their own: who may change users need not be able to make their passwords weaker.</summary>
internal static class PasswordRuleRights
{
    public static void Check<T>(string path, IBaseUserFilters value, IBaseUserFilters? old, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        bool isSame = value.PasswordStrength == (old?.PasswordStrength ?? 0) && value.PasswordPolicy == (old?.PasswordPolicy ?? new());
        if (!isSame && !edit.Context.Has(AdminPermissionNames.SetPasswordRules))
        {
            edit.Refuse($"{path}.password_strength and {path}.password_policy can be changed with the permission {AdminPermissionNames.SetPasswordRules} alone.");
        }
    }

    /// <summary>Refuses a change by which weaker rules hold.</summary>
    public static void CheckWeaker<T>(string path, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (!edit.Context.Has(AdminPermissionNames.SetPasswordRules))
        {
            edit.Refuse($"{path}: rules for passwords can be made weaker with the permission {AdminPermissionNames.SetPasswordRules} alone.");
        }
    }

    /// <summary>Refuses a new hash where there are rules: nobody can tell whether what it was made of keeps them.</summary>
    public static void CheckHash<T>(string path, string? value, string? old, PasswordRules rules, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (IsNewHash(value, old, edit) && rules != PasswordRules.None && !edit.Context.Has(AdminPermissionNames.SetPasswordRules))
        {
            edit.Refuse($"{path}: there are rules for passwords, so that a hash can be given with the permission {AdminPermissionNames.SetPasswordRules} alone.");
        }
    }

    /// <summary>An error for a new hash that costs far more than one that is made here, unless the actor may do everything.</summary>
    public static void CheckCost<T>(string path, string? value, string? old, AccountServicesOptions options, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (IsNewHash(value, old, edit) && !edit.Context.Has(AdminPermissionNames.All) && HashCostLimits.WhyTooCostly(value!, options.PasswordHashing) is { } allowed)
        {
            edit.Errors.Add(path, "a hash that costs too much to verify (not shown)", allowed);
        }
    }

    private static bool IsNewHash<T>(string? value, string? old, ObjectEdit<T> edit)
        where T : class, IAccountObject => !edit.IsRestore && !string.IsNullOrEmpty(value) && value != old && StoredPasswords.IsHashOfUser(value);
}
