using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Dumps;

/// <summary>
/// Dumps of everything and loading them again (R9.9 to R9.13). A dump holds password hashes, and secrets encrypted with their keys beside them: whoever has one has nearly everything.
/// </summary>
public sealed class DumpService
{
    /// <summary>Version of the form that is written.</summary>
    public const int Version = 17;

    /// <summary>Oldest version of the form that is read.</summary>
    public const int OldestVersion = 13;

    // A provider that is changed all the while is dumped as it is.
    private const int MaxWrites = 3;

    private const int MaxLoads = 5;
    private const int LongestPauseMilliseconds = 200;

    private const string NotAllowed = $"This needs the permission {AdminPermissionNames.ManageSystem}, without a role.";

    private readonly AccountServices _services;
    private readonly DumpLimits _limits;
    private readonly ILogger _logger;

    /// <summary>Makes a service.</summary>
    public DumpService(AccountServices services, DumpLimits limits, ILogger<DumpService> logger)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxObjects, 1);
        _services = services;
        _limits = limits;
        _logger = logger;
    }

    /// <summary>True if the actor may write and load dumps.</summary>
    public static bool IsAllowed(ChangeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Has(AdminPermissionNames.ManageSystem) && context.Role.Length == 0;
    }

    /// <summary>
    /// Writes a dump, page by page: whatever its size, little of it is in memory; see <see cref="DumpScopes"/> for the kinds.
    /// If objects are changed meanwhile it is written again, up to three times in all, where the stream can be gone back in.
    /// </summary>
    /// <returns>False if objects were changed while it was written, so that it is not of one moment; the log says so, too.</returns>
    /// <exception cref="UnauthorizedAccessException">The actor may not; see <see cref="IsAllowed"/>.</exception>
    public async ValueTask<bool> WriteAsync(Stream output, IReadOnlySet<ObjectKind> kinds, bool isIndented, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(kinds);
        if (!IsAllowed(context))
        {
            throw new UnauthorizedAccessException(NotAllowed);
        }

        string actor = context.ActorName.Length > 0 ? context.ActorName : "the operator";
        IObjectStore store = _services.Environment.Objects;
        long start = output.CanSeek ? output.Position : 0;
        for (int tries = 1; ; tries++)
        {
            long stamp = await store.GetStampAsync(ct).ConfigureAwait(false);
            long count = await new DumpWriter(_services, context).WriteAsync(output, kinds, isIndented, ct).ConfigureAwait(false);
            bool isOfOneMoment = await store.GetStampAsync(ct).ConfigureAwait(false) == stamp;
            if (isOfOneMoment || !output.CanSeek || tries == MaxWrites)
            {
                DumpsLog.Written(_logger, actor, context.Remote, count);
                if (!isOfOneMoment)
                {
                    DumpsLog.NotOfOneMoment(_logger, actor, context.Remote);
                }

                return isOfOneMoment;
            }

            output.SetLength(start);
            output.Position = start;
        }
    }

    /// <summary>As <see cref="WriteAsync"/>, once, for an output that is written to where it may be waited for alone: the serializer flushes after every object without waiting.</summary>
    /// <returns>False if objects were changed while it was written.</returns>
    /// <exception cref="UnauthorizedAccessException">The actor may not; see <see cref="IsAllowed"/>.</exception>
    public async ValueTask<bool> WriteStagedAsync(Stream output, IReadOnlySet<ObjectKind> kinds, bool isIndented, ChangeContext context, CancellationToken ct)
    {
        var staged = new StagingStream(output);
        await using (staged.ConfigureAwait(false))
        {
            bool isOfOneMoment = await WriteAsync(staged, kinds, isIndented, context, ct).ConfigureAwait(false);
            await staged.FlushAsync(ct).ConfigureAwait(false);
            return isOfOneMoment;
        }
    }

    /// <summary>Loads a dump: all of it, or nothing. Reads no more of the stream than a dump may have.</summary>
    public async ValueTask<DumpLoadResult> LoadAsync(Stream input, DumpLoadOptions options, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        if (!IsAllowed(context))
        {
            return DumpLoadResult.Failed(ObjectStatus.Forbidden, NotAllowed);
        }

        using var json = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = await input.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0;)
        {
            if (json.Length + read > _limits.MaxBytes)
            {
                return DumpLoadResult.Invalid([new("", $"more than {_limits.MaxBytes} bytes", $"a dump of at most {_limits.MaxBytes} bytes")]);
            }

            json.Write(buffer, 0, read);
        }

        return await LoadAsync(json.GetBuffer().AsMemory(0, (int)json.Length), options, context, ct).ConfigureAwait(false);
    }

    /// <summary>Loads a dump: all of it, or nothing.</summary>
    public async ValueTask<DumpLoadResult> LoadAsync(ReadOnlyMemory<byte> json, DumpLoadOptions options, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IsAllowed(context))
        {
            return DumpLoadResult.Failed(ObjectStatus.Forbidden, NotAllowed);
        }

        return json.Length > _limits.MaxBytes
            ? DumpLoadResult.Invalid([new("", $"{json.Length} bytes", $"a dump of at most {_limits.MaxBytes} bytes")])
            : await LoadAgainAsync(json, options, context, ct).ConfigureAwait(false);
    }

    // Nodes that start together load the same dump, and others re-hash a password meanwhile: what was planned is planned anew from what is there then.
    private async ValueTask<DumpLoadResult> LoadAgainAsync(ReadOnlyMemory<byte> json, DumpLoadOptions options, ChangeContext context, CancellationToken ct)
    {
        for (int tries = 1; ; tries++)
        {
            DumpLoadResult result = await new DumpLoader(_services.Environment, _limits, options, _logger).LoadAsync(json, context, ct).ConfigureAwait(false);
            if (result.Status != ObjectStatus.VersionConflict || tries == MaxLoads)
            {
                return result;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, LongestPauseMilliseconds * tries)), ct).ConfigureAwait(false);
        }
    }

    /// <summary>Loads what was made in memory, as by a conversion.</summary>
    public ValueTask<DumpLoadResult> LoadAsync(BackupData dump, DumpLoadOptions options, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(dump);
        return LoadAsync(JsonSerializer.SerializeToUtf8Bytes(dump, DumpJson.Of<BackupData>()), options, context, ct);
    }
}
