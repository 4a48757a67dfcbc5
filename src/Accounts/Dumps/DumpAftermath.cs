using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Dumps;

/// <summary>What is not in the objects' documents and is set once they are stored.</summary>
internal sealed class DumpAftermath
{
    /// <summary>Numbers of objects that were added.</summary>
    public List<(ObjectKey Key, ActivityField Field, long Value)> Activity { get; } = [];

    /// <summary>Last logins and uses of objects that were there: the later one stays.</summary>
    public List<(ObjectKey Key, long Value)> LastUses { get; } = [];

    /// <summary>What is in use; of scopes that were there only if nothing is known of them.</summary>
    public List<(string Scope, bool IsNew, long? Files, long? Bytes, long? Uploaded, long? Downloaded)> Usage { get; } = [];

    /// <summary>Users that were there.</summary>
    public List<string> UpdatedUsers { get; } = [];

    /// <summary>All scopes that were loaded, and whether they have limits.</summary>
    public List<(string Scope, bool HasLimits)> Scopes { get; } = [];

    public void Add(IAccountObject value, bool isNew)
    {
        var key = new ObjectKey(value.Kind, value.Name);
        switch (value)
        {
            case User user:
                AddUser(user, key, isNew);
                break;
            case Folder folder:
                AddUsage(UsageScope.OfFolder(folder.Name), isNew, hasLimits: true, folder.UsedQuotaFiles, folder.UsedQuotaSize, 0, 0);
                break;
            case Admin admin:
                AddLastUse(key, admin.LastLogin, isNew);
                break;
            case ApiKey apiKey:
                AddLastUse(key, apiKey.LastUseAt, isNew);
                break;
            case Share share:
                AddLastUse(key, share.LastUseAt, isNew);
                AddOnce(key, ActivityField.UsedTokens, share.UsedTokens, isNew);
                break;
            default:
                break;
        }
    }

    private void AddUser(User user, ObjectKey key, bool isNew)
    {
        AddLastUse(key, user.LastLogin, isNew);
        AddOnce(key, ActivityField.FirstUpload, user.FirstUpload, isNew);
        AddOnce(key, ActivityField.FirstDownload, user.FirstDownload, isNew);
        AddUsage(
            UsageScope.OfUser(user.Username), isNew, user.QuotaSize > 0 || user.QuotaFiles > 0,
            user.UsedQuotaFiles, user.UsedQuotaSize, user.UsedUploadDataTransfer, user.UsedDownloadDataTransfer);
        if (!isNew)
        {
            UpdatedUsers.Add(user.Username);
        }
    }

    private void AddLastUse(ObjectKey key, long value, bool isNew)
    {
        if (value > 0 && isNew)
        {
            Activity.Add((key, ActivityField.LastUse, value));
        }
        else if (value > 0)
        {
            LastUses.Add((key, value));
        }
    }

    // What has been counted here since is newer than the dump.
    private void AddOnce(ObjectKey key, ActivityField field, long value, bool isNew)
    {
        if (value > 0 && isNew)
        {
            Activity.Add((key, field, value));
        }
    }

    private void AddUsage(string scope, bool isNew, bool hasLimits, long files, long bytes, long uploaded, long downloaded)
    {
        Scopes.Add((scope, hasLimits));
        long? filesOrNone = files > 0 || bytes > 0 ? Math.Max(0, files) : null;
        long? bytesOrNone = files > 0 || bytes > 0 ? Math.Max(0, bytes) : null;
        if (filesOrNone is not null || uploaded > 0 || downloaded > 0)
        {
            Usage.Add((scope, isNew, filesOrNone, bytesOrNone, uploaded > 0 ? uploaded : null, downloaded > 0 ? downloaded : null));
        }
    }
}
