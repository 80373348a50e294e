from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "spend" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "purpose" VARCHAR(16) NOT NULL,
    "model" TEXT NOT NULL,
    "tokens_input" BIGINT NOT NULL DEFAULT 0,
    "tokens_cached" BIGINT NOT NULL DEFAULT 0,
    "tokens_cache_write" BIGINT NOT NULL DEFAULT 0,
    "tokens_output" BIGINT NOT NULL DEFAULT 0,
    "seconds" BIGINT NOT NULL DEFAULT 0,
    "estimated" BOOL NOT NULL DEFAULT False,
    "cost" BIGINT,
    "created_at" BIGINT NOT NULL,
    "bot_id" BIGINT NOT NULL REFERENCES "bot" ("id") ON DELETE CASCADE,
    "chat_id" BIGINT REFERENCES "chat" ("id") ON DELETE SET NULL,
    "tg_user_id" BIGINT REFERENCES "tg_user" ("id") ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS "spend_of_person" ON "spend" ("tg_user_id", "bot_id", "created_at");
CREATE INDEX IF NOT EXISTS "spend_of_chat" ON "spend" ("chat_id");
COMMENT ON TABLE "spend" IS 'One call to the provider that costs money: kept when what was said is deleted.';
        ALTER TABLE "bot" ADD "name_pattern" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "bot" ADD "rich" VARCHAR(16) NOT NULL DEFAULT 'off';
        ALTER TABLE "bot" ADD "models" TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE "bot" ADD "link_previews" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "bot" ADD "group_ids" TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE "bot" ADD "menu" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "bot" ADD "inline" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "bot" ADD "groups" VARCHAR(16) NOT NULL DEFAULT 'on';
        ALTER TABLE "bot" ADD "texts" TEXT NOT NULL DEFAULT '{}';
        ALTER TABLE "bot" ADD "guest" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "chat" ADD "model" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "chat" ADD "start_payload" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "chat" ADD "member_status" VARCHAR(16) NOT NULL DEFAULT '';
        ALTER TABLE "delivery_part" ADD "buttons" TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE "delivery_part" ADD "kind" VARCHAR(16) NOT NULL DEFAULT 'text';
        ALTER TABLE "delivery_part" ADD "payload" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "delivery_part" ADD "name" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "message" ADD "preface" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "message_processing" ADD "revision" INT NOT NULL DEFAULT 1;
        ALTER TABLE "message_processing" ADD "stop_requested" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "message_processing" ADD "answered_revision" INT NOT NULL DEFAULT 0;
        ALTER TABLE "message_processing" ADD "in_place" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "message_processing" ADD "long" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "message_processing" ADD "joined" INT NOT NULL DEFAULT 0;
        ALTER TABLE "message_processing" ADD "grown_at" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "message_processing" ADD "joined_to" BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE "message_processing" ADD "inline_message_id" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "message_processing" ADD "media_group" TEXT NOT NULL DEFAULT '';
        ALTER TABLE "message_processing" ADD "erases" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "tg_user" ADD "language" VARCHAR(16) NOT NULL DEFAULT '';
        CREATE INDEX IF NOT EXISTS "chat_of_person" ON "chat" ("tg_user_id") WHERE tg_user_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS "message_answer" ON "message" ("reply_to_id") WHERE reply_to_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS "message_of_person" ON "message" ("tg_user_id", "chat_id") WHERE tg_user_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS "message_of_chat" ON "message" ("chat_id", "id");
        CREATE INDEX IF NOT EXISTS "processing_message" ON "message_processing" ("message_id");
        CREATE INDEX IF NOT EXISTS "processing_growing" ON "message_processing" ("bot_id", "grown_at") WHERE grown_at > 0;
        CREATE INDEX IF NOT EXISTS "processing_response" ON "message_processing" ("response_message_id") WHERE response_message_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS "processing_expires" ON "message_processing" ("received_at") WHERE status IN ('COMPLETED', 'TERMINAL') AND joined_to = 0;
        CREATE INDEX IF NOT EXISTS "processing_erases" ON "message_processing" ("id") WHERE erases;
        CREATE INDEX IF NOT EXISTS "processing_joined" ON "message_processing" ("joined_to") WHERE joined_to > 0;
        CREATE INDEX IF NOT EXISTS "processing_of_chat" ON "message_processing" ("chat_id", "received_at");
        CREATE INDEX IF NOT EXISTS "processing_of_chat" ON "message_processing" ("chat_id", "received_at");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "processing_of_chat";
        DROP INDEX IF EXISTS "processing_joined";
        DROP INDEX IF EXISTS "processing_erases";
        DROP INDEX IF EXISTS "processing_expires";
        DROP INDEX IF EXISTS "processing_response";
        DROP INDEX IF EXISTS "processing_growing";
        DROP INDEX IF EXISTS "processing_message";
        DROP INDEX IF EXISTS "message_of_chat";
        DROP INDEX IF EXISTS "message_of_person";
        DROP INDEX IF EXISTS "message_answer";
        DROP INDEX IF EXISTS "chat_of_person";
        DROP INDEX IF EXISTS "processing_of_chat";
        DROP INDEX IF EXISTS "processing_joined";
        DROP INDEX IF EXISTS "processing_erases";
        DROP INDEX IF EXISTS "processing_expires";
        DROP INDEX IF EXISTS "processing_response";
        DROP INDEX IF EXISTS "processing_growing";
        DROP INDEX IF EXISTS "processing_message";
        DROP INDEX IF EXISTS "message_of_chat";
        DROP INDEX IF EXISTS "message_of_person";
        DROP INDEX IF EXISTS "message_answer";
        DROP INDEX IF EXISTS "chat_of_person";
        ALTER TABLE "bot" DROP COLUMN "name_pattern";
        ALTER TABLE "bot" DROP COLUMN "rich";
        ALTER TABLE "bot" DROP COLUMN "models";
        ALTER TABLE "bot" DROP COLUMN "link_previews";
        ALTER TABLE "bot" DROP COLUMN "group_ids";
        ALTER TABLE "bot" DROP COLUMN "menu";
        ALTER TABLE "bot" DROP COLUMN "inline";
        ALTER TABLE "bot" DROP COLUMN "groups";
        ALTER TABLE "bot" DROP COLUMN "texts";
        ALTER TABLE "bot" DROP COLUMN "guest";
        ALTER TABLE "chat" DROP COLUMN "model";
        ALTER TABLE "chat" DROP COLUMN "start_payload";
        ALTER TABLE "chat" DROP COLUMN "member_status";
        ALTER TABLE "delivery_part" DROP COLUMN "buttons";
        ALTER TABLE "delivery_part" DROP COLUMN "kind";
        ALTER TABLE "delivery_part" DROP COLUMN "payload";
        ALTER TABLE "delivery_part" DROP COLUMN "name";
        ALTER TABLE "message" DROP COLUMN "preface";
        ALTER TABLE "message_processing" DROP COLUMN "revision";
        ALTER TABLE "message_processing" DROP COLUMN "stop_requested";
        ALTER TABLE "message_processing" DROP COLUMN "answered_revision";
        ALTER TABLE "message_processing" DROP COLUMN "in_place";
        ALTER TABLE "message_processing" DROP COLUMN "long";
        ALTER TABLE "message_processing" DROP COLUMN "joined";
        ALTER TABLE "message_processing" DROP COLUMN "grown_at";
        ALTER TABLE "message_processing" DROP COLUMN "joined_to";
        ALTER TABLE "message_processing" DROP COLUMN "inline_message_id";
        ALTER TABLE "message_processing" DROP COLUMN "media_group";
        ALTER TABLE "message_processing" DROP COLUMN "erases";
        ALTER TABLE "tg_user" DROP COLUMN "language";
        DROP TABLE IF EXISTS "spend";"""


MODELS_STATE = (
    "eJztXftv2zgS/lcI/9IWyC3S9Hld3AFJmt3LXZoUTfYBLBYCLdE2LzKpFam6Rq//+5F6Py"
    "iJlB1bTgksdjcSP4r+hhySM8Ph18mSeshnP5y6Lo0In7wDXycELpH4n/qrIzCBQVC8kA84"
    "nPpxWVgqNGU8hK6sawZ9hsQjDzE3xAHHlMjCt3SJptRbg9WCAugtMcGMo5CBKeXsB1mHR1"
    "1RCSZzveIRwX9FyOF0jvgChQL0x5/iMSYe+oJY9mdw78ww8r3Kj8SerCB+7vB1ED87w/NL"
    "wn+Ky8rGTB2X+tGSFOWDNV9QkgNw8svniKAQciS/wMNI/nIS+X7KUUZG0tiiSNLKEsZDMx"
    "j5kj+JThpQPJs4zvXNnXN7cec4kwa3GaLEX/rIpUTKRTSVxQTMZRP+9veTkxcv3pwcv3j9"
    "9tXLN29evT1+K8rG7W2+evMtaUzBVlJVzNnlz5fXd7JBVAg/6RTywbcYAzlMULEwCvY58t"
    "E8hEsnYih0TGWhQvdLJpODFY3AFKIIqXjToP98AUM1+Vn5GuHihwwhPHtQMF7ojl1QvoRf"
    "HB+ROV+IP5+/7mDz19NP5/86/fT0+etnVUqv0zcn8asquYxDHjETegvEngk+Pb+7/PViZN"
    "xKdT67L6kU+WAK3fsVDD2n8Yae0LayzVfLk2X9CSRwHnMmf6FsfzY1+ihUz5nxi+4ZMy/S"
    "O1/+tkAkmfgYWKEQAR8yDjj1PQCnNOIAAhdGEgmJBxZ0BeiMC4iYC9cJgAUwRB5gmLioOc"
    "E+QP0bzMj3aG0yUNLi2xkl+9X7lYFy8uqVxkgRpVqHSvyue/6VgnYYItyB3GzurSO3M+/u"
    "exrYy8zLoiAIEWPIcPlTxe1XAMeHQPpIZo0zqpwz5OPOGWNKNeeLU7kz+hFgzsBdukQG2A"
    "OYxY+wJ0Yt5usjwKhQ4VCqd4JWQt/fC50uCgmFDZhom6ylOVlsu3K7dxvxiOmaO/Ld1+Bt"
    "m92xbTRvxP9tMH+HvrTwnpXf84ZiA547KLu7+D0mbMnYX355HfT0w+nv8RJpuU7fXN1c/5"
    "wVL62bzq9uzmoMS7uCKctljGVal+l4fjChOQdYjnU5jpcUJhznAMuxLsdBSJeBYivVTnKB"
    "sCzrssw4DLmzFHsfscI2IbsBtJzrcr5AfjCE8jrOMq7LOApDGg6hvAG0nBvNkQpDfc8kOQ"
    "ZD/R9/HhDPXPBpRHMO2DPLX78dEMshdhcmtvSs/J45prPZyPxNZVJ9TO6dIESfMVopuvAZ"
    "pT6CpMVqXsfWmJ4K8C6pVhsQt9Gfz25urir9+eyy3mF/+XB2IbiPqReFMG+xc8xDGgVGzt"
    "MCse+eTEbckWOWHOwZ6eEKyM54+rpY/tcJIOcoNDJ01HF2LafL+DxCTOXV7FLQOcYq5n7F"
    "jImYzxQ7k06GC5CluJ/iJSKR0W4kLW+1hPYum8hfr3JhdfXiEmrP3Tj3c424F8cGCWMLhu"
    "3HRjZRGoWuUQRngbAxnDr7PhnxlBrVjH3eCrAN2DHydgtdzJBDV4IeE01Sg1l9oqtPEuJQ"
    "QFUmpM6uXgXabj6gm0eEY4Wrtp/2HGhpN6I9VhDGWr2MGkR4ungbzRS6v1DMmiiacviJhg"
    "jPyX/QOpbFpWg4JMrlS/Pc2mFJ4VvWzbKnRRNDuMrjICu9T/x88aNRsgAXDQDXv1xdTb7t"
    "J8BVLDmVEa7x86OuEFc3K9Eb43pDEBAMfUYhg/LZOwABpwF2wdNj0SBK0DNAZ+JhHqQq6w"
    "YrzBdAvFTHtm6rUkVM6x9Z+G4e/SihqfT4IkTQk3/8WYt9/TopOJ8Qyp0pmomBMJHF0Jc4"
    "/Fu0MxdJRnhcdyA2qT6PT0dkQ2MSwwS18g/w278uPl2AolbwT3A8idVi6aN8nh+v0/konY"
    "nvhiwxfHd9tqgXXN4CMW5KXdZG+4432rfUbQeE/JbQ9sTI4NVKoS/MpFCG2QWiGeWSpwbb"
    "7caVrLw1rWiYVmwk+4Pv5q3xap/aY4EZp+HamYV0acZ9HWmJNzsjUyyZjWiv4izpRqRPfe"
    "reI8/4THEVZw0qQ/m3Bz12ECiMllOxezVP7NEAHi7nO8iaEnIngGufQsWSpe+YRwl4uBzv"
    "ul9PqfnuvsDYPf3wDeZ8YBKs+cbpr77bSbPDC5Faazf0QaQ5HQ5sAOg6IIpxX3E/nJ/enp"
    "++v5iouvcWOL2b/5JWdFjdWpfV6oAelWPnPfLxZxSuP0J12qvK+6MuR4+XlhSTtG4WLOmc"
    "SY0QsROGiH/YCoVHYBViLvNRpV4MzGWiEZmbSO3hGVKJ0qMThNSVvhBRddatuh042HNYAJ"
    "POnZvES4aVHgeL5Mq5J3RFMr9Rl3+lWX/V0VLz85TbNo2mQk66LUpK97UnrzPxMlk3zyjd"
    "PEknbgignf2s/GNa+Z08f/nm5dsXr1/m1OdPuhhXrOnEIDDZt2TlH4XTYPeB3BxzjIxOM5"
    "Ux9jCTPtf34ueZGD2y8nvmOBtfI7V3DLB0WBvHwKN41t34oFakiHO5XDQguQSxmtgoFQ43"
    "O/WRAR7FIuOhVXKy2xriQawjrQ/RzIeYb0GNWK/ALOVmFmiFRcKI/JYKrE16qETKNhkTi0"
    "iBekzb8h2TX1j3jAdCA2rFsC2/TNXmuqEr4UOipz5W6jwwqei6FRp9Uu2z2Y9jIRXEROFT"
    "+FCksWt3J5Ry3emkR5d2gCQ7+QoywCD2jsA9Cri8YcoXiNQHAMkasMDHnAvWVJnQB9fTn/"
    "R8m36DrORDuQ5KQf36jaEzJzvto2xL10GUI5B/U/9rmx1LqTUmRIG/FvIzaELiaOr7fqli"
    "ey5mJNPRUYfDxF6b9YC7b+s/2WnqavELVHuNrtzVOcTaRnV5hpxDd7FExCwBag1mbaQmyW"
    "atYWMMs6g1bIyCfDdEkiLj4xlVnBXAcAEMOUJtT05v5Zbb0r7NiP4a0Kp+G+d+OPx32FMz"
    "G8yGltQstcuBKSFd42lJ+dpQ9x2HuqvU9/Zs/4+X3NqMNaqDBE3HS7vlv+qd6fUBOFUPkc"
    "7t2pCDKXLlpaR0FudxwsSlS1FBdlRAdWW2HqgrE1QUeKLT9WZ9KumeLIxSIzC/8Pb4kPQG"
    "5yenUcHlNXj65NPF+cXlrxfvnxyBJx8/3Zxf3N5eXv8s//rp9PJKPH/WsIYXB4EGtTBAxE"
    "vF9YCNrB7pL87fhshF+HOyr9Fvsxc9NKlGXpVSy9KMEf2OBhaIipCuk8fgmErRlpJfTs/J"
    "o2iVwecy9LZ/e9G/56F0oRn1FAnR6N1ZzcokbP+lmIgeKiY+/e8mmL7P5jUrv2vEvphDWR"
    "JK3/XBtFRHbx82II39icM+I0rhsP9Xlsf++c2Hj1cXd8ngv7v49OHy+vTqyTNwev2+RP8/"
    "7Kmo0Tr5ipnaSAgVmDXaDDYZHOhpk8PwsZpnMBlN6pLDIFje9iZnlSbFHcbGArJfvfF8Y1"
    "2xtcOUSfyMmCwHEKrEHnp4+NaYxcQJfLU3rvsmpwJm73LqvwVHbMsC0QH/kleMIdMLh5pg"
    "S3k/5cW+yWjhVoEduprY8WKt2HZq6uYCcOhMb00hL5GHoRNftdkksuvytwrMhmRpZ8elqu"
    "ME3Tf5phCrhbUu8E2MZkZKuIw6dM2w6/Cq+I7NznC3di2iBFtdop2GJLeCGmiTAmT1Sb8+"
    "oRF3qSqFQ7vNogQZ1JVH5gN+cJsFXDmJ9dJEc1RRj8I4tLdQ5cybPDxWuVaDtT8PD1nLKB"
    "VaZE43EkqtBhvGNlQmkHO0DFRHKNqNgCXIoS8ot7bVFI1CYQh9EyIrGMtkHlYP2UK18usI"
    "qM8RlkV7Ycf+lGl8wY/xJe1VlN0hGt3FFPPmmHq2FdDD5b26iXn9UmMT8/pl6yZGvmrl2d"
    "T21IDahdrwxXModiHQd0IEmcpp23WcuwE93N6+ay1TDm8z6vs1oN03Dj/n50O8HHLQsoKz"
    "qmf4Yb80zDcna8BgaKnCSmVjqcjLFYYLpIS2shgqixkmWGxBzcdFDWglMFQC9q6+HRjV6T"
    "0izMEkiAy7eR1p7Qpma/+EPhe6C2XAWz/zBdRSP5h6R95tZGhPU+OtEIYIgUZ8qOYpoJZ6"
    "I+qjOHgFMY6X0DzaVoG2gRn9gRkuZaZb3RRhF5BDO7q9sPV7yuJku/w7MBmaxs9m79uyBW"
    "eoIFoqsBIxkYg8K24vL97J5cW7TZI1sh6tS6hRjqxSYpANSX30eZyqOlIrSVZVu1qSdZJl"
    "KWekUSXNukXxBRITRaqs7NVRV4IsViqkcUnGZ+hHKL4h21tiAsTwJqJZAHIQRgSInbEiLZ"
    "Y2qv8CjNZUKPdo3ezRHckgkuLbsZbvNxdKJV7m5NUrjYAZUao1YiZ+1534JJamiXciB9jo"
    "f01HRWMZtyflIpOwKVVL/KJbseRFetXKDUHAhb4POAVi4IMgpJ+xh8LkFh1pDWJgSQlav8"
    "su0kFE/Kt0ww7ADCQ62Wvqn+1Xb3hTTzWjZbHGLOXO7sk1FZOpcV9NawYt3fp7smXZVFSj"
    "TEUVRGFAmdHZtxLkUWjlhz78drAu+cOZ9Kx3fgRmPOudHwX11jtvvfPfG/UMiWZ4qiwJHa"
    "SXQJZuI7qHhkHYAAgbADH6zm2vs7IRKN8n8TYCZW9LR3uJlY13GIcAbLzDyOId1E55eymY"
    "Lq9al4Ltx0mWUq/wkhVCaXeTlbqAjv898f8cAcjAXZo+CiSFpohJ79byx9jHlfissiJPmM"
    "orv1FdG/jqH8pXNH5f/SicRbK7xf/fEEK7M6OMsUcMdZ0YM9EKx5TqCshyrZ8/h8wjGaPl"
    "Ch1rwncDaDk35dzE71zGHC7TD+FtHknMzykKsbtQLWfSN53LGViU6VvNtJO95bXF9xKEsm"
    "G6vY6AP7FQVF6t0z7MS5BHEf/wYGGWpeSlgeJeh3aG0+KPkN3nx8c6+vT4uF2hynd1Jwzh"
    "iCgMGP++vblu88LkkBrLHnY5+B/wMTtg45CKXElG9zKhviKQ5FDG52FcS1zB3gNYv/0fqC"
    "vBmA=="
)
