using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>What users and administrators change about themselves.</summary>
public interface IProfileService
{
    /// <summary>Changes the user who asks, as far as its web client options allow.</summary>
    ValueTask<ObjectResult<User>> UpdateUserAsync(UserProfileChange change, ChangeContext context, CancellationToken ct);

    /// <summary>Changes the administrator who asks.</summary>
    ValueTask<ObjectResult<Admin>> UpdateAdminAsync(AdminProfileChange change, ChangeContext context, CancellationToken ct);

    /// <summary>Changes the password of the user who asks. Whoever calls has verified the current one. What is given is never taken for a hash.</summary>
    ValueTask<ObjectResult<User>> ChangeUserPasswordAsync(string password, ChangeContext context, CancellationToken ct);

    /// <summary>Changes the password of the administrator who asks. Whoever calls has verified the current one. What is given is never taken for a hash.</summary>
    ValueTask<ObjectResult<Admin>> ChangeAdminPasswordAsync(string password, ChangeContext context, CancellationToken ct);
}
