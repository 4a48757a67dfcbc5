using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services;

/// <summary>An account that may be given a new password by mail.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Email">Its address.</param>
/// <param name="Credential">Changes with its password.</param>
/// <param name="Rules">Rules for the new one.</param>
internal sealed record ResettableAccount(string Name, string Email, string Credential, PasswordRules Rules);
