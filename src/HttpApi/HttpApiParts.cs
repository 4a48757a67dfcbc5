using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sessions;
using Hpc.HttpApi.Parts;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi;

/// <summary>What the REST API serves; all of it stays the caller's.</summary>
public sealed record HttpApiParts
{
    /// <summary>Keeps tokens and codes, and is asked whether it works. Opened.</summary>
    public required IDataProvider Provider { get; init; }

    /// <summary>The objects.</summary>
    public required AccountServices Services { get; init; }

    /// <summary>The users as they log in.</summary>
    public required IAccountDirectory Directory { get; init; }

    /// <summary>Lets users in.</summary>
    public required Authenticator Users { get; init; }

    /// <summary>Lets administrators in.</summary>
    public required AdminAuthenticator Admins { get; init; }

    /// <summary>Lets API keys in.</summary>
    public required ApiKeyAuthenticator ApiKeys { get; init; }

    /// <summary>Second factors.</summary>
    public required SecondFactors SecondFactors { get; init; }

    /// <summary>What is in use; null answers 501.</summary>
    public IQuotaOperations? Quotas { get; init; }

    /// <summary>Live sessions; null shows none.</summary>
    public IConnectionOperations? Connections { get; init; }

    /// <summary>Banned hosts; null reads them from the data provider.</summary>
    public IDefenderHosts? Defender { get; init; }

    /// <summary>The state of services; null tells that of the data provider alone.</summary>
    public IServicesStatusSource? Status { get; init; }

    /// <summary>Event rules on demand; null answers 501.</summary>
    public IRuleOperations? Rules { get; init; }

    /// <summary>Dumps; null answers 501.</summary>
    public DumpService? Dumps { get; init; }

    /// <summary>True if <see cref="Services"/> has a mailer for new passwords; false answers 501.</summary>
    public bool SendsMail { get; init; }

    /// <summary>Opens the sessions that files are used in; null answers 501.</summary>
    public ISessionGate? Sessions { get; init; }

    /// <summary>Verify passwords of shares; null opens no share that has one.</summary>
    public PasswordWorkers? Passwords { get; init; }

    /// <summary>Is told of those who try shares; null tells nobody.</summary>
    public IShareGuard? ShareGuard { get; init; }

    /// <summary>Judges addresses before anything else is done for a request; null admits all.</summary>
    public IRequestScreen? Screen { get; init; }

    /// <summary>Hears of codes for new passwords that were wrong; of logins the authenticators tell. Null for nobody.</summary>
    public ILoginObserver? Logins { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the loggers.</summary>
    public required ILoggerFactory Loggers { get; init; }
}
