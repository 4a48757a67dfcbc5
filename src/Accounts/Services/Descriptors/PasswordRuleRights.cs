using Hpc.Accounts.Objects;

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
}
