namespace Hpc.Accounts.Objects.Validation;

/// <summary>Settings of object stores (spec/07).</summary>
internal static class ObjectStoreRules
{
    private const int MaxPartMegabytes = 5000;
    private const int MaxAzurePartMegabytes = 2000;
    private const int MaxConcurrency = 64;
    private const int MaxPartSeconds = 86_400;

    private static readonly IReadOnlyList<string> AccessTiers = ["", "Archive", "Hot", "Cool"];

    public static S3Config CheckS3(string path, S3Config value, S3Config? old, FilesystemSecrets secrets, ErrorList errors)
    {
        TextRules.RequiredLine($"{path}.bucket", value.Bucket, errors, "the name of a bucket");
        CheckLines(path, errors, ("region", value.Region), ("access_key", value.AccessKey), ("role_arn", value.RoleArn), ("storage_class", value.StorageClass), ("acl", value.Acl));
        TextRules.Line($"{path}.session_token", value.SessionToken, errors, 16 << 10);
        if (value.Region.Length == 0 && value.Endpoint.Length == 0)
        {
            errors.AddMissing($"{path}.region", "a region, or an endpoint");
        }

        CheckEndpoint($"{path}.endpoint", value.Endpoint, errors);
        CheckPartSize($"{path}.upload_part_size", value.UploadPartSize, errors);
        CheckPartSize($"{path}.download_part_size", value.DownloadPartSize, errors);
        errors.Range($"{path}.upload_concurrency", value.UploadConcurrency, 0, MaxConcurrency);
        errors.Range($"{path}.download_concurrency", value.DownloadConcurrency, 0, MaxConcurrency);
        errors.Range($"{path}.upload_part_max_time", value.UploadPartMaxTime, 0, MaxPartSeconds);
        errors.Range($"{path}.download_part_max_time", value.DownloadPartMaxTime, 0, MaxPartSeconds);
        Secret secret = secrets.Merge($"{path}.access_secret", value.AccessSecret, old?.AccessSecret);
        if (value.AccessKey.Length == 0 != secret.IsEmpty)
        {
            string missing = secret.IsEmpty ? "access_secret" : "access_key";
            errors.AddMissing($"{path}.{missing}", "access_key and access_secret, or neither");
        }

        return value with
        {
            AccessSecret = secret,
            SseCustomerKey = secrets.Merge($"{path}.sse_customer_key", value.SseCustomerKey, old?.SseCustomerKey),
            KeyPrefix = PathRules.KeyPrefix($"{path}.key_prefix", value.KeyPrefix, errors),
        };
    }

    public static GcsConfig CheckGcs(string path, GcsConfig value, GcsConfig? old, FilesystemSecrets secrets, ErrorList errors)
    {
        TextRules.RequiredLine($"{path}.bucket", value.Bucket, errors, "the name of a bucket");
        CheckLines(path, errors, ("storage_class", value.StorageClass), ("acl", value.Acl));
        errors.OneOf($"{path}.automatic_credentials", value.AutomaticCredentials, [0, 1]);
        errors.Range($"{path}.upload_part_size", value.UploadPartSize, 0, MaxPartMegabytes);
        errors.Range($"{path}.upload_part_max_time", value.UploadPartMaxTime, 0, MaxPartSeconds);
        Secret credentials = secrets.Merge($"{path}.credentials", value.Credentials, old?.Credentials);
        if (value.AutomaticCredentials == 1)
        {
            credentials = new();
        }
        else if (credentials.IsEmpty)
        {
            errors.AddMissing($"{path}.credentials", "a key file's content, or automatic_credentials 1");
        }

        return value with { Credentials = credentials, KeyPrefix = PathRules.KeyPrefix($"{path}.key_prefix", value.KeyPrefix, errors) };
    }

    public static AzureBlobConfig CheckAzure(string path, AzureBlobConfig value, AzureBlobConfig? old, FilesystemSecrets secrets, ErrorList errors)
    {
        CheckLines(path, errors, ("container", value.Container), ("account_name", value.AccountName));
        CheckEndpoint($"{path}.endpoint", value.Endpoint, errors);
        errors.OneOf($"{path}.access_tier", value.AccessTier, AccessTiers);
        errors.Range($"{path}.upload_part_size", value.UploadPartSize, 0, MaxAzurePartMegabytes);
        errors.Range($"{path}.download_part_size", value.DownloadPartSize, 0, MaxAzurePartMegabytes);
        errors.Range($"{path}.upload_concurrency", value.UploadConcurrency, 0, MaxConcurrency);
        errors.Range($"{path}.download_concurrency", value.DownloadConcurrency, 0, MaxConcurrency);
        value = value with
        {
            AccountKey = secrets.Merge($"{path}.account_key", value.AccountKey, old?.AccountKey),
            SasUrl = secrets.Merge($"{path}.sas_url", value.SasUrl, old?.SasUrl),
            KeyPrefix = PathRules.KeyPrefix($"{path}.key_prefix", value.KeyPrefix, errors),
        };
        if (value.SasUrl.IsEmpty)
        {
            TextRules.RequiredLine($"{path}.container", value.Container, errors, "the name of a container, or a sas_url");
            TextRules.RequiredLine($"{path}.account_name", value.AccountName, errors, "the name of an account, or a sas_url");
            if (value.AccountKey.IsEmpty)
            {
                errors.AddMissing($"{path}.account_key", "an account_key, or a sas_url");
            }
        }

        return value;
    }

    private static void CheckLines(string path, ErrorList errors, params ReadOnlySpan<(string Field, string Value)> lines)
    {
        foreach ((string field, string value) in lines)
        {
            TextRules.Line($"{path}.{field}", value, errors);
        }
    }

    // A host without a scheme is what some scripts send; it is taken for https where it is used.
    private static void CheckEndpoint(string path, string value, ErrorList errors)
    {
        if (value.Length > 0 && !EndpointRules.IsHttp(value.Contains("://", StringComparison.Ordinal) ? value : "https://" + value))
        {
            errors.AddShown(path, value, EndpointRules.AllowedHttp + ", or a host");
        }
    }

    private static void CheckPartSize(string path, long value, ErrorList errors)
    {
        if (value != 0)
        {
            errors.Range(path, value, 5, MaxPartMegabytes);
        }
    }
}
