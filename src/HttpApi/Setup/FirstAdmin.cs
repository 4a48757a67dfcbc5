using System.Security.Cryptography;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Hosting;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Setup;

/// <summary>
/// Makes the first administrator, and never a second one: of any number of tries at once, on any number of nodes with one database, one makes it (case 76).
/// </summary>
public sealed class FirstAdmin
{
    private const string Mark = "setup:first-admin";
    private const int CodeBytes = 16;

    // The mark outlives whoever holds it by far, even where the clocks of node and store differ: nobody still adds when it ends.
    private static readonly TimeSpan MarkTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan WorkTime = TimeSpan.FromSeconds(30);

    private readonly IAccountServices _services;
    private readonly IDataProvider _provider;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes it in this provider.</summary>
    public FirstAdmin(IAccountServices services, IDataProvider provider, TimeProvider time, ILogger<FirstAdmin> logger)
    {
        _services = services;
        _provider = provider;
        _time = time;
        _logger = logger;
    }

    /// <summary>A new installation code, to be printed where the operator alone reads it.</summary>
    public static string NewCode() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(CodeBytes));

    /// <summary>True while there is no administrator.</summary>
    public async ValueTask<bool> IsNeededAsync(CancellationToken ct) => await _provider.Objects.CountAsync(ObjectKind.Admin, role: null, ct).ConfigureAwait(false) == 0;

    /// <summary>Makes an administrator with all permissions; null if there is one, or somebody else is making it at this moment.</summary>
    public async ValueTask<ObjectResult<Admin>?> TryMakeAsync(string name, string password, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(WorkTime);
        IEphemeralStore marks = _provider.Ephemeral;
        if (!await IsNeededAsync(timeout.Token).ConfigureAwait(false)
            || !await marks.TryAddAsync(Mark, ReadOnlyMemory<byte>.Empty, _time.GetUtcNow() + MarkTime, timeout.Token).ConfigureAwait(false))
        {
            return null;
        }

        // Again, now that nobody else can be at it.
        if (!await IsNeededAsync(timeout.Token).ConfigureAwait(false))
        {
            return null;
        }

        var admin = new Admin { Username = name, Password = password, Status = 1, Permissions = [AdminPermissionNames.All], Description = "First administrator" };
        ObjectResult<Admin> result = await _services.Admins.AddAsync(admin, ChangeContext.Operator, timeout.Token).ConfigureAwait(false);
        if (result.Status != ObjectStatus.Done)
        {
            // Nothing was added, so that the next try need not wait. After an exception nobody knows, and the mark stays until its end.
            await marks.TryRemoveAsync(Mark, ct).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Makes the administrator that <c>create_default_admin</c> and the environment name, if there is none yet; false if it was not made.</summary>
    public async ValueTask<bool> MakeDefaultAsync(string name, string password, CancellationToken ct)
    {
        ObjectResult<Admin>? result = await TryMakeAsync(name, password, ct).ConfigureAwait(false);
        if (result is { Status: ObjectStatus.Done })
        {
            HttpApiLog.DefaultAdminMade(_logger, name);
            return true;
        }

        if (result is not null)
        {
            HttpApiLog.DefaultAdminRefused(_logger, name, result.Message);
        }

        return false;
    }
}
