using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services;

/// <summary>What accounts change about themselves.</summary>
internal sealed class ProfileService(ObjectService<User> users, ObjectService<Admin> admins, ServiceEnvironment services) : IProfileService
{
    public async ValueTask<ObjectResult<User>> UpdateUserAsync(UserProfileChange change, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (context.User is not { } self)
        {
            return ObjectResult<User>.Failed(ObjectStatus.Forbidden, "Only a user has a user's profile.");
        }

        var errors = new ErrorList();
        string? refusal = null;
        Versioned<User>? stored = await users.MutateAsync(
            self.UserName,
            user =>
            {
                errors = new ErrorList();
                User changed = Apply(change, user, errors);
                refusal = RefusalOf(self, user, changed);
                return refusal is null && errors.IsEmpty ? changed : null;
            },
            ct).ConfigureAwait(false);
        return Answer(users, stored, self.UserName, refusal, errors, context);
    }

    public async ValueTask<ObjectResult<Admin>> UpdateAdminAsync(AdminProfileChange change, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (context is not { Admin: { } self, User: null })
        {
            return ObjectResult<Admin>.Failed(ObjectStatus.Forbidden, "Only an administrator has an administrator's profile.");
        }

        var errors = new ErrorList();
        Versioned<Admin>? stored = await admins.MutateAsync(
            self.Username,
            admin =>
            {
                errors = new ErrorList();
                Admin changed = admin with
                {
                    Email = TextRules.Email("email", change.Email ?? admin.Email, errors),
                    Description = TextRules.Lines("description", change.Description ?? admin.Description, errors),
                    Filters = admin.Filters with { AllowApiKeyAuth = change.AllowApiKeyAuth ?? admin.Filters.AllowApiKeyAuth },
                    UpdatedAt = services.Now,
                };
                return errors.IsEmpty ? changed : null;
            },
            ct).ConfigureAwait(false);
        return Answer(admins, stored, self.Username, null, errors, context);
    }

    public async ValueTask<ObjectResult<User>> ChangeUserPasswordAsync(string password, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (context.User is not { } self)
        {
            return ObjectResult<User>.Failed(ObjectStatus.Forbidden, "Only a user has a user's password.");
        }

        if (self.WebClient.Contains(WebClientOptions.PasswordChangeDisabled, StringComparer.Ordinal))
        {
            return ObjectResult<User>.Failed(ObjectStatus.Forbidden, "This user may not change its password.");
        }

        return await SetUserPasswordAsync(self.UserName, password, PasswordRules.Of(self, services.Options.UserPasswords), context, ct).ConfigureAwait(false);
    }

    public async ValueTask<ObjectResult<Admin>> ChangeAdminPasswordAsync(string password, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(password);
        return context is { Admin: { } self, User: null }
            ? await SetAdminPasswordAsync(self.Username, password, context, ct).ConfigureAwait(false)
            : ObjectResult<Admin>.Failed(ObjectStatus.Forbidden, "Only an administrator has an administrator's password.");
    }

    internal async ValueTask<ObjectResult<User>> SetUserPasswordAsync(string name, string password, PasswordRules rules, ChangeContext context, CancellationToken ct)
    {
        if (FaultOf(password, rules, services.Hasher.MaxPasswordBytes) is { } fault)
        {
            return ObjectResult<User>.Invalid([fault]);
        }

        if (await services.Hasher.HashAsync(Encoding.UTF8.GetBytes(password), ct).ConfigureAwait(false) is not { } hash)
        {
            return ObjectResult<User>.Failed(ObjectStatus.Busy, "Too many passwords wait to be hashed; try again.");
        }

        Versioned<User>? stored = await users.MutateAsync(
            name,
            user => user with
            {
                Password = hash,
                LastPasswordChange = Math.Max(services.Now, user.LastPasswordChange + 1),
                UpdatedAt = services.Now,
                Filters = user.Filters with { RequirePasswordChange = false },
            },
            ct).ConfigureAwait(false);
        return PasswordAnswer(users, stored, name, context);
    }

    internal async ValueTask<ObjectResult<Admin>> SetAdminPasswordAsync(string name, string password, ChangeContext context, CancellationToken ct)
    {
        if (FaultOf(password, services.Options.AdminPasswords, services.Hasher.MaxPasswordBytes) is { } fault)
        {
            return ObjectResult<Admin>.Invalid([fault]);
        }

        if (await services.Hasher.HashAsync(Encoding.UTF8.GetBytes(password), ct).ConfigureAwait(false) is not { } hash)
        {
            return ObjectResult<Admin>.Failed(ObjectStatus.Busy, "Too many passwords wait to be hashed; try again.");
        }

        Versioned<Admin>? stored = await admins.MutateAsync(
            name,
            admin => admin with
            {
                Password = hash,
                LastPasswordChange = Math.Max(services.Now, admin.LastPasswordChange + 1),
                UpdatedAt = services.Now,
                Filters = admin.Filters with { RequirePasswordChange = false },
            },
            ct).ConfigureAwait(false);
        return PasswordAnswer(admins, stored, name, context);
    }

    internal static ObjectError? FaultOf(string password, PasswordRules rules, int maxBytes) => PasswordChecker.FindFault(password, rules, maxBytes) is { } fault
        ? new("password", "a password that is too weak or cannot be used (not shown)", fault)
        : null;

    private User Apply(UserProfileChange change, User user, ErrorList errors) => user with
    {
        Email = TextRules.Email("email", change.Email ?? user.Email, errors),
        Description = TextRules.Lines("description", change.Description ?? user.Description, errors),
        PublicKeys = change.PublicKeys is { } keys ? KeyRules.PublicKeys("public_keys", keys, errors) : user.PublicKeys,
        UpdatedAt = services.Now,
        Filters = user.Filters with
        {
            AllowApiKeyAuth = change.AllowApiKeyAuth ?? user.Filters.AllowApiKeyAuth,
            AdditionalEmails = change.AdditionalEmails is { } emails ? KeyRules.Emails("additional_emails", emails, errors) : user.Filters.AdditionalEmails,
            TlsCerts = change.TlsCerts is { } certificates ? KeyRules.Certificates("tls_certs", certificates, errors) : user.Filters.TlsCerts,
        },
    };

    // What is sent as it was read is no change.
    private static string? RefusalOf(UserAccount self, User old, User changed)
    {
        bool IsDisabled(string option) => self.WebClient.Contains(option, StringComparer.Ordinal);
        bool isInfo = old.Email != changed.Email || old.Description != changed.Description || !old.Filters.AdditionalEmails.SequenceEqual(changed.Filters.AdditionalEmails, StringComparer.Ordinal);
        return isInfo && IsDisabled(WebClientOptions.InfoChangeDisabled) ? "This user may not change its e-mail addresses and description."
            : !old.PublicKeys.SequenceEqual(changed.PublicKeys, StringComparer.Ordinal) && IsDisabled(WebClientOptions.PublicKeyChangeDisabled) ? "This user may not change its public keys."
            : !old.Filters.TlsCerts.SequenceEqual(changed.Filters.TlsCerts, StringComparer.Ordinal) && IsDisabled(WebClientOptions.TlsCertChangeDisabled) ? "This user may not change its certificates."
            : old.Filters.AllowApiKeyAuth != changed.Filters.AllowApiKeyAuth && IsDisabled(WebClientOptions.ApiKeyAuthChangeDisabled) ? "This user may not allow API keys."
            : null;
    }

    private static ObjectResult<T> Answer<T>(ObjectService<T> service, Versioned<T>? stored, string name, string? refusal, ErrorList errors, ChangeContext context)
        where T : class, IAccountObject
    {
        if (refusal is not null)
        {
            return ObjectResult<T>.Failed(ObjectStatus.Forbidden, refusal);
        }

        if (!errors.IsEmpty)
        {
            return ObjectResult<T>.Invalid(errors.Errors);
        }

        if (stored is null)
        {
            return ObjectResult<T>.Failed(ObjectStatus.NotFound, $"There is no account {ValidationText.Show(name)}.");
        }

        service.Report(ObjectAction.Update, stored.Value, context);
        return ObjectResult<T>.Done(stored);
    }

    private ObjectResult<T> PasswordAnswer<T>(ObjectService<T> service, Versioned<T>? stored, string name, ChangeContext context)
        where T : class, IAccountObject
    {
        ObjectResult<T> answer = Answer(service, stored, name, null, new ErrorList(), context);
        if (answer.Status == ObjectStatus.Done)
        {
            ServicesLog.PasswordChanged(services.Logger, service.Kind, name, context.ActorName, context.Remote);
        }

        return answer;
    }
}
