namespace Hpc.Accounts.Stores;

/// <summary>Outcome of a change to the user store.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="User">The account as it is stored now, with its new version; null unless it was added or updated.</param>
/// <param name="Errors">What is wrong; empty unless <see cref="UserStoreOutcome.Invalid"/>.</param>
public sealed record UserStoreResult(UserStoreOutcome Outcome, UserAccount? User, IReadOnlyList<UserAccountError> Errors)
{
    /// <summary>A change that did not happen.</summary>
    public static UserStoreResult Failed(UserStoreOutcome outcome) => new(outcome, null, []);

    /// <summary>An account that may not be stored.</summary>
    public static UserStoreResult Invalid(IReadOnlyList<UserAccountError> errors) => new(UserStoreOutcome.Invalid, null, errors);

    /// <summary>A stored account.</summary>
    public static UserStoreResult Stored(UserAccount user) => new(UserStoreOutcome.Done, user, []);
}
